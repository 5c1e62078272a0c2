using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.RunnerDoor;
using OrleansHybrid.Silo.Http.Runners;

namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>Calls of the runner protocol, written as for HTTP, to a session's grain.</summary>
internal static class GrainCalls
{
    private static RunnerJson Json => RunnerBody.Shapes;

    /// <summary>Calls it, as the status and the JSON that HTTP would have.</summary>
    public static Task<(int Status, string Body)> CallAsync(
        IGrainFactory grains, string verb, string credential, byte[] body, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IRunnerSessionGrain>("any");
        var observer = grains.CreateObjectReference<IRunnerObserver>(new Nobody());
        return verb switch
        {
            "enrol" => AskAsync(body, Json.EnrolRequest, Json.EnrolAnswer, request => grain.Enrol(credential, request)),
            "claim" => AskAsync(body, Json.ClaimRequest, Json.ClaimAnswer, request => grain.Claim(credential, request, observer, cancellationToken)),
            "heartbeat" => AskAsync(body, Json.HeartbeatRequest, Json.HeartbeatAnswer, request => grain.Heartbeat(credential, request)),
            "release" => AskAsync(body, Json.ReleaseRequest, Json.ReportAnswer, request => grain.Release(credential, request)),
            "log" => AskAsync(body, Json.LogRequest, Json.ReportAnswer, request => grain.Log(credential, request)),
            "zip" => AskAsync(body, Json.ZipRequest, Json.ZipAnswer, request => grain.Zip(credential, request)),
            "finish" => AskAsync(body, Json.FinishRequest, Json.ReportAnswer, request => grain.Finish(credential, request)),
            _ => throw new InvalidOperationException($"verb {verb}"),
        };
    }

    private static async Task<(int Status, string Body)> AskAsync<TRequest, TAnswer>(
        byte[] body, JsonTypeInfo<TRequest> sent, JsonTypeInfo<TAnswer> received, Func<TRequest, Task<RunnerReply<TAnswer>>> call)
        where TAnswer : class
    {
        TRequest request;
        try
        {
            request = JsonSerializer.Deserialize(body, sent)!;
        }
        catch (JsonException ex)
        {
            // There is no such message: the serializer of the silo refuses it as this one does.
            return (400, Told(ex.Message));
        }

        var reply = await call(request);
        return (reply.Status, reply.Value is { } value ? JsonSerializer.Serialize(value, received) : Told(reply.Message));
    }

    private static string Told(string? message) => JsonSerializer.Serialize(new Dictionary<string, string?> { ["msg"] = message });

    private sealed class Nobody : IRunnerObserver
    {
        public Task Cancel(LeaseRef lease) => Task.CompletedTask;
    }
}
