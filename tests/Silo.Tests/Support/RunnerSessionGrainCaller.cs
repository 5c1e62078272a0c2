using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Silo.Api.RunnerProtocol;

namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>Calls of the runner protocol, written as for HTTP, to a session's grain.</summary>
internal static class RunnerSessionGrainCaller
{
    private static RunnerJson Json => RunnerBody.Shapes;

    /// <summary>Calls it, as the status and the JSON that HTTP would have.</summary>
    public static Task<(int Status, string Body)> CallAsync(
        IGrainFactory grains, string verb, string credential, byte[] body, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IRunnerSessionGrain>("any");
        var observer = grains.CreateObjectReference<IRunnerObserver>(new NullRunnerObserver());
        return verb switch
        {
            "enrol" => InvokeAsync(body, Json.EnrolRequest, Json.EnrolResponse, request => grain.Enrol(credential, request)),
            "claim" => InvokeAsync(body, Json.ClaimRequest, Json.ClaimResponse, request => grain.Claim(credential, request, observer, cancellationToken)),
            "heartbeat" => InvokeAsync(body, Json.HeartbeatRequest, Json.HeartbeatResponse, request => grain.Heartbeat(credential, request)),
            "release" => InvokeAsync(body, Json.ReleaseRequest, Json.AcknowledgeResponse, request => grain.Release(credential, request)),
            "log" => InvokeAsync(body, Json.LogUploadRequest, Json.AcknowledgeResponse, request => grain.Log(credential, request)),
            "zip" => InvokeAsync(body, Json.ZipRequest, Json.ZipResponse, request => grain.Zip(credential, request)),
            "finish" => InvokeAsync(body, Json.FinishRequest, Json.AcknowledgeResponse, request => grain.Finish(credential, request)),
            _ => throw new InvalidOperationException($"verb {verb}"),
        };
    }

    private static async Task<(int Status, string Body)> InvokeAsync<TRequest, TResponse>(
        byte[] body, JsonTypeInfo<TRequest> sent, JsonTypeInfo<TResponse> received, Func<TRequest, Task<RunnerReply<TResponse>>> call)
        where TResponse : class
    {
        TRequest request;
        try
        {
            request = JsonSerializer.Deserialize(body, sent)!;
        }
        catch (JsonException ex)
        {
            // There is no such message: the serializer of the silo refuses it as this one does.
            return (400, ErrorJson(ex.Message));
        }

        var reply = await call(request);
        return (reply.Status, reply.Value is { } value ? JsonSerializer.Serialize(value, received) : ErrorJson(reply.Message));
    }

    private static string ErrorJson(string? message) => JsonSerializer.Serialize(new Dictionary<string, string?> { ["msg"] = message });

    private sealed class NullRunnerObserver : IRunnerObserver
    {
        public Task Cancel(LeaseRef lease) => Task.CompletedTask;
    }
}
