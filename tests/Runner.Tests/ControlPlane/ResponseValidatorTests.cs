using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.ControlPlane;

/// <summary>V3: what a hostile control plane answers is refused where it is read, before anything is done with it.</summary>
public sealed class ResponseValidatorTests : IAsyncLifetime
{
    private const string Evil = "../../etc";

    private FakeControlPlane _plane = null!;
    private HttpControlPlaneClient _link = null!;

    public async Task InitializeAsync()
    {
        _plane = await FakeControlPlane.StartAsync();
        _link = new HttpControlPlaneClient(_plane.Address, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        _link.Dispose();
        await _plane.DisposeAsync();
    }

    [Theory(Timeout = 30_000)]
    [InlineData("session_id", "\"../../etc\"")]
    [InlineData("session_id", "\"..\"")]
    [InlineData("session_id", "\"\"")]
    [InlineData("session_id", "\"ABCDEFABCDEFABCDEFABCDEF\"")]
    [InlineData("session_id", "null")]
    [InlineData("credential", "\"a\\r\\nX-Injected: 1\"")]
    [InlineData("credential", "\"\"")]
    [InlineData("poll_seconds", "2147483647")]
    [InlineData("poll_seconds", "-1")]
    [InlineData("leases", "null")]
    public async Task A_session_of_another_form_is_no_session(string member, string value)
    {
        var answer = Json(new EnrolResponse { SessionId = new string('0', 24), Credential = "c", PollSeconds = 1, Leases = [] });
        answer[member] = JsonNode.Parse(value);

        await AssertRefusedAsync("enrol", answer, member, EnrolAsync);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("lease.task_id", "\"../../etc\"", "lease")]
    [InlineData("lease.task_id", "\"0123456789abcdef0123456\\n\"", "lease")]
    [InlineData("lease.attempt", "0", "lease")]
    [InlineData("lease.token", "\"/\"", "lease")]
    [InlineData("lease", "null", "lease")]
    [InlineData("lease_milliseconds", "9223372036854775807", "lease_milliseconds")]
    [InlineData("project_id", "\"../../etc\"", "project_id")]
    [InlineData("schedule_id", "\"x -d /etc\"", "schedule_id")]
    [InlineData("retry_count", "-1", "retry_count")]
    [InlineData("image", "null", "image")]
    [InlineData("payload", "null", "payload")]
    [InlineData("env_vars", "{\"A\":null}", "env_vars")]
    [InlineData("zip.code_id", "\"../../etc\"", "zip")]
    [InlineData("zip.rev", "0", "zip")]
    [InlineData("zip.size", "-1", "zip")]
    [InlineData("zip.sha256", "\"../../etc\"", "zip")]
    public async Task An_assignment_with_a_malformed_value_is_not_accepted(string member, string value, string named)
    {
        var order = TaskAssignments.New() with { Zip = ZipBuilder.Named([1]) };
        var answer = Json(new ClaimResponse { Tasks = [TaskAssignments.New(), order] });
        Set(answer["tasks"]![1]!, member, value);

        await AssertRefusedAsync("claim", answer, $"tasks[1].{named}", ClaimAsync);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stop_command_names_a_lease()
    {
        var answer = Json(new ClaimResponse { Tasks = [], Stop = [TaskAssignments.New().Lease with { TaskId = Evil }] });

        await AssertRefusedAsync("claim", answer, "stop[0]", ClaimAsync);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("task_id", "\"../../etc\"")]
    [InlineData("status", "null")]
    [InlineData("lease_milliseconds", "9223372036854775807")]
    public async Task A_renewal_that_no_timer_could_take_ends_no_loop(string member, string value)
    {
        var lease = TaskAssignments.New().Lease;
        var renewed = new LeaseRenewal { TaskId = lease.TaskId, Status = "renewed", LeaseMilliseconds = 1000 };
        var answer = Json(new HeartbeatResponse { Leases = [renewed] });
        answer["leases"]![0]![member] = JsonNode.Parse(value);

        await AssertRefusedAsync("heartbeat", answer, "leases[0]", () => _link.HeartbeatAsync(
            "credential-1",
            new HeartbeatRequest { Leases = [new LeaseReport { Lease = lease, Phase = "waiting" }] },
            TimeSpan.FromSeconds(20),
            default));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../../etc")]
    [InlineData("")]
    public void A_session_that_an_earlier_life_took_at_its_word_is_forgotten(string id)
    {
        var folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");
        using (var state = StateFolder.Open(folder.FullName, "0123456789abcdef01234567"))
        {
            var file = new SessionFile(state);
            file.Write(new PreviousSession { SessionId = id, Credential = "c" });
            Assert.Null(file.Read());

            file.Write(new PreviousSession { SessionId = new string('a', 24), Credential = "c" });
            Assert.NotNull(file.Read());
        }

        folder.Delete(recursive: true);
    }

    private async Task AssertRefusedAsync(string verb, JsonNode answer, string member, Func<Task> call)
    {
        _plane.Interceptors[verb] = async context =>
        {
            await context.Response.WriteAsync(answer.ToJsonString());
            await context.Response.CompleteAsync();
            return 0;
        };

        var failure = await Assert.ThrowsAsync<ControlPlaneException>(call);
        Assert.Equal(ControlPlaneErrorKind.Transient, failure.Kind);
        Assert.StartsWith($"{verb}: {member} in the response is not valid", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Evil, failure.Message, StringComparison.Ordinal);
    }

    private Task EnrolAsync() => _link.EnrolAsync(
        FakeControlPlane.ClusterToken,
        new EnrolRequest { ClusterId = new string('0', 24), Name = "n", Version = "1", Slots = 1, Executor = "process" },
        default);

    private Task ClaimAsync() => _link.ClaimAsync(
        "credential-1", new ClaimRequest { ClaimKey = new string('a', 32), Wanted = 2 }, TimeSpan.FromSeconds(5), default);

    private static void Set(JsonNode at, string member, string value)
    {
        var path = member.Split('.');
        var inner = path.SkipLast(1).Aggregate(at, (node, name) => node[name]!);
        inner[path[^1]] = JsonNode.Parse(value);
    }

    private static JsonNode Json<T>(T value) => JsonNode.Parse(JsonSerializer.SerializeToUtf8Bytes(
        value, RunnerJson.Default.GetTypeInfo(typeof(T)) ?? throw new ArgumentException($"{typeof(T)}")))!;
}
