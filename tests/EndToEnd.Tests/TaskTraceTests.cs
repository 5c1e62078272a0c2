using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests;

/// <summary>Control plane and runner as separate processes, which send their spans to the same place.</summary>
public sealed class TaskTraceTests : ProgramTestBase
{
    [Fact(Timeout = 120_000)]
    public async Task One_trace_leads_from_the_request_through_both_programs_to_the_exit_of_the_task()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var plane = await ControlPlaneProcess.StartAsync(receiver.Variables);
        await using var runner = plane.StartRunner([.. receiver.Variables]);
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("hello", "true");

        var task = await iron.QueueAsync("hello");

        var program = await receiver.WaitForSpanAsync("task program");
        var run = await receiver.WaitForSpanAsync("task run");
        var wait = await receiver.WaitForSpanAsync("task wait");
        var request = Assert.Single(await receiver.WaitForAsync(1, item => item.SpanId == wait.ParentSpanId));
        Assert.Equal((run.SpanId, wait.SpanId, ""), (program.ParentSpanId, run.ParentSpanId, request.ParentSpanId));
        Assert.All([program, run, wait], span => Assert.Equal(request.TraceId, span.TraceId));
        Assert.All([program, run], span => Assert.Equal("hybrid-runner", span.Service));
        Assert.All([wait, request], span => Assert.Equal("hybrid-silo", span.Service));
        Assert.All([run, wait], span => Assert.Equal(task, span.Attributes["hybrid.task.id"]));
        Assert.Equal("complete", run.Attributes["hybrid.task.outcome"]);
        Assert.Matches("^POST .*/tasks$", request.Name);
    }
}
