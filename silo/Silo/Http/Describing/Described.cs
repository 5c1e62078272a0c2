using Microsoft.AspNetCore.Http.Metadata;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Silo.Http.Describing;

/// <summary>What the description of an operation says beyond its route.</summary>
/// <param name="Id">Its name, unique, as generated clients call it.</param>
/// <param name="Summary">What it does, in a sentence.</param>
/// <param name="Answer">The shape of a success; null for what is no JSON.</param>
/// <param name="AnswerType">The content type of a success.</param>
/// <param name="Query">Keys of the query string.</param>
internal sealed record Described(string Id, string Summary, Type? Answer, string AnswerType, IReadOnlyList<QueryKey> Query)
    : IProducesResponseTypeMetadata
{
    Type? IProducesResponseTypeMetadata.Type => Answer ?? typeof(string);

    int IProducesResponseTypeMetadata.StatusCode => StatusCodes.Status200OK;

    IEnumerable<string> IProducesResponseTypeMetadata.ContentTypes => [AnswerType];
}

/// <summary>A key of the query string, and what it is for.</summary>
internal sealed record QueryKey(string Name, string Does, bool IsNumber)
{
    public static QueryKey Text(string name, string does) => new(name, does, IsNumber: false);

    public static QueryKey Number(string name, string does) => new(name, does, IsNumber: true);
}

/// <summary>The shape of a request's body: JSON, or a part of a form beside a file.</summary>
/// <remarks>
/// Not the framework's own metadata of that purpose, which would refuse bodies by their declared type; published clients declare anything.
/// </remarks>
internal sealed record DescribedBody(Type? Shape, bool Required, bool WithFile);

/// <summary>Describes endpoints where they are mapped.</summary>
internal static class Describing
{
    /// <summary>Answers JSON of a shape.</summary>
    public static RouteHandlerBuilder Describe<TAnswer>(
        this RouteHandlerBuilder endpoint, string id, string summary, params QueryKey[] query) =>
        endpoint.WithMetadata(new Described(id, summary, typeof(TAnswer), "application/json", query));

    /// <summary>Answers <c>{"msg"}</c>.</summary>
    public static RouteHandlerBuilder Describe(
        this RouteHandlerBuilder endpoint, string id, string summary, params QueryKey[] query) =>
        endpoint.Describe<MessageAnswer>(id, summary, query);

    /// <summary>Answers bytes of a content type.</summary>
    public static RouteHandlerBuilder DescribeBytes(
        this RouteHandlerBuilder endpoint, string id, string summary, string answerType, params QueryKey[] query) =>
        endpoint.WithMetadata(new Described(id, summary, null, answerType, query));

    /// <summary>Takes JSON of a shape.</summary>
    public static RouteHandlerBuilder Takes<TBody>(this RouteHandlerBuilder endpoint, bool required = true) =>
        endpoint.WithMetadata(new DescribedBody(typeof(TBody), required, WithFile: false));

    /// <summary>Takes a form with JSON of a shape in its part <c>data</c>, and mostly a <c>file</c>.</summary>
    public static RouteHandlerBuilder TakesForm<TBody>(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new DescribedBody(typeof(TBody), Required: true, WithFile: true));

    /// <summary>Takes any bytes.</summary>
    public static RouteHandlerBuilder TakesAnything(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new DescribedBody(null, Required: false, WithFile: false));
}
