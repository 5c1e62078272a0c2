using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Silo.Api.RunnerProtocol;

/// <summary>One call of the runner protocol, whichever way it came.</summary>
internal delegate Task<RunnerReply<TResponse>> RunnerRequestHandler<in TRequest, TResponse>(RunnerSession session, TRequest request, CancellationToken cancellationToken)
    where TResponse : class;

/// <summary>Creates replies to runners, and HTTP results from them.</summary>
internal static class RunnerReplies
{
    /// <summary>The call was executed.</summary>
    public static RunnerReply<T> Of<T>(T value, int status = StatusCodes.Status200OK)
        where T : class => new() { Status = status, Value = value };

    /// <summary>401: the credential opens nothing here.</summary>
    public static RunnerReply<T> WrongCredential<T>()
        where T : class => FromError<T>(ApiResults.WrongCredential);

    /// <summary>An error reply, as over HTTP.</summary>
    public static RunnerReply<T> FromError<T>(ApiResult answer)
        where T : class => new()
        {
            Status = answer.Status,
            Message = JsonSerializer.Deserialize(answer.Body, IronJson.Default.MessageResponse)!.Msg,
        };

    /// <summary>The same reply over HTTP.</summary>
    public static ApiResult ToApiResult<T>(this RunnerReply<T> reply, JsonTypeInfo<T> shape)
        where T : class => reply.Value is { } value
            ? ApiResult.Of(value, shape, reply.Status)
            : ApiResults.Message(reply.Message ?? "", reply.Status);
}
