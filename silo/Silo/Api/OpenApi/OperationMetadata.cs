using Microsoft.AspNetCore.Http.Metadata;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Silo.Api.OpenApi;

/// <summary>The description of an operation beyond its route.</summary>
/// <param name="Id">Its name, unique, as generated clients call it.</param>
/// <param name="Summary">Its effect, in a sentence.</param>
/// <param name="ResponseType">The shape of a success; null for what is no JSON.</param>
/// <param name="ContentType">The content type of a success.</param>
/// <param name="Query">Keys of the query string.</param>
internal sealed record OperationMetadata(string Id, string Summary, Type? ResponseType, string ContentType, IReadOnlyList<QueryParameter> Query)
    : IProducesResponseTypeMetadata
{
    Type? IProducesResponseTypeMetadata.Type => ResponseType ?? typeof(string);

    int IProducesResponseTypeMetadata.StatusCode => StatusCodes.Status200OK;

    IEnumerable<string> IProducesResponseTypeMetadata.ContentTypes => [ContentType];
}

/// <summary>A key of the query string, and what it is for.</summary>
internal sealed record QueryParameter(string Name, string Description, bool IsNumber)
{
    public static QueryParameter Text(string name, string description) => new(name, description, IsNumber: false);

    public static QueryParameter Number(string name, string description) => new(name, description, IsNumber: true);
}

/// <summary>The shape of a request's body: JSON, or a part of a form beside a file.</summary>
/// <remarks>
/// Not the framework's own metadata of that purpose, which would refuse bodies by their declared type; published clients declare anything.
/// </remarks>
internal sealed record RequestBodyMetadata(Type? Shape, bool Required, bool WithFile);

/// <summary>Describes endpoints where they are mapped.</summary>
internal static class EndpointMetadataExtensions
{
    /// <summary>Answers JSON of a shape.</summary>
    public static RouteHandlerBuilder Describe<TResponse>(
        this RouteHandlerBuilder endpoint, string id, string summary, params QueryParameter[] query) =>
        endpoint.WithMetadata(new OperationMetadata(id, summary, typeof(TResponse), "application/json", query));

    /// <summary>Answers <c>{"msg"}</c>.</summary>
    public static RouteHandlerBuilder Describe(
        this RouteHandlerBuilder endpoint, string id, string summary, params QueryParameter[] query) =>
        endpoint.Describe<MessageResponse>(id, summary, query);

    /// <summary>Answers bytes of a content type.</summary>
    public static RouteHandlerBuilder DescribeBytes(
        this RouteHandlerBuilder endpoint, string id, string summary, string contentType, params QueryParameter[] query) =>
        endpoint.WithMetadata(new OperationMetadata(id, summary, null, contentType, query));

    /// <summary>Takes JSON of a shape.</summary>
    public static RouteHandlerBuilder WithRequestBody<TBody>(this RouteHandlerBuilder endpoint, bool required = true) =>
        endpoint.WithMetadata(new RequestBodyMetadata(typeof(TBody), required, WithFile: false));

    /// <summary>Takes a form with JSON of a shape in its part <c>data</c>, and mostly a <c>file</c>.</summary>
    public static RouteHandlerBuilder WithFormBody<TBody>(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new RequestBodyMetadata(typeof(TBody), Required: true, WithFile: true));

    /// <summary>Takes any bytes.</summary>
    public static RouteHandlerBuilder WithAnyBody(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new RequestBodyMetadata(null, Required: false, WithFile: false));
}
