using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Trace;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Runner;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Standalone;
using OrleansHybrid.Silo.Telemetry;

namespace OrleansHybrid.Silo.Tests.Telemetry;

/// <summary>One trace leads from a client's call over the queue to the end of the program. What is recorded is a process's: no other test runs beside these.</summary>
[Collection(nameof(MetricsTests))]
public sealed class TaskTracesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-trace-");
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActivityListener _listener;

    public TaskTracesTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("OrleansHybrid", StringComparison.Ordinal) || source.Name is "Microsoft.AspNetCore" or "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                _spans.Enqueue(span);
                if (span.OperationName == "task run")
                {
                    _ended.TrySetResult();
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact(Timeout = 90_000)]
    public async Task One_trace_leads_from_the_client_over_the_queue_to_the_end_of_the_program()
    {
        var task = "";
        await ExecuteOneAsync(async client => task = await client.Tasks.EnqueueAsync(new NewTask { CodeName = "hello", Payload = "" }));

        var wait = Assert.Single(_spans, span => span.OperationName == "task wait");
        var run = Assert.Single(_spans, span => span.OperationName == "task run");
        var program = Assert.Single(_spans, span => span.OperationName == "task program");
        var request = Assert.Single(_spans, span => span.SpanId == wait.ParentSpanId);
        var http = Assert.Single(_spans, span => span.SpanId == request.ParentSpanId);
        var call = Assert.Single(_spans, span => span.SpanId == http.ParentSpanId);
        var claim = Assert.Single(_spans, span => span.SpanId == Assert.Single(wait.Links).Context.SpanId);

        Assert.Equal(("OrleansHybrid.Client", "Microsoft.AspNetCore"), (call.Source.Name, request.Source.Name));
        Assert.EndsWith("/tasks", (string)call.GetTagItem("url.path")!);
        Assert.Equal((wait.SpanId, run.SpanId), (run.ParentSpanId, program.ParentSpanId));
        Assert.All([request, wait, run, program], span => Assert.Equal(call.TraceId, span.TraceId));
        Assert.All([wait, run], span => Assert.Equal(task, span.GetTagItem("hybrid.task.id")));
        Assert.Equal(("complete", 0), (run.GetTagItem("hybrid.task.outcome"), run.GetTagItem("process.exit.code")));
        Assert.NotEqual(call.TraceId, claim.TraceId);
        Assert.Equal("Microsoft.AspNetCore", claim.Source.Name);
    }

    [Fact(Timeout = 90_000)]
    public async Task The_trace_of_a_schedules_task_begins_with_the_schedules_run()
    {
        var schedule = "";
        await ExecuteOneAsync(async client => schedule = await client.Schedules.CreateAsync(new NewSchedule { CodeName = "hello", Payload = "p" }));

        var begin = Assert.Single(_spans, span => span.OperationName == "schedule run");
        var wait = Assert.Single(_spans, span => span.OperationName == "task wait");
        var run = Assert.Single(_spans, span => span.OperationName == "task run");

        Assert.Equal((default, begin.SpanId, wait.SpanId), (begin.ParentSpanId, wait.ParentSpanId, run.ParentSpanId));
        Assert.All([wait, run], span => Assert.Equal((begin.TraceId, begin.GetTagItem("hybrid.task.id")), (span.TraceId, span.GetTagItem("hybrid.task.id"))));
        Assert.Equal(schedule, begin.GetTagItem("hybrid.schedule.id"));
    }

    [Theory]
    [InlineData("0", SamplingDecision.Drop)]
    [InlineData("1", SamplingDecision.RecordAndSample)]
    [InlineData(null, SamplingDecision.RecordAndSample)]
    public void A_caller_s_flag_makes_nothing_be_recorded_that_the_ratio_leaves_out(string? ratio, SamplingDecision decision)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("OTEL_TRACES_SAMPLER_ARG", ratio)]).Build();
        var trace = ActivityTraceId.CreateRandom();
        var parent = new ActivityContext(trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);

        var sampled = TelemetryExtensions.CreateSampler(configuration).ShouldSample(new SamplingParameters(parent, trace, "POST", ActivityKind.Server));

        Assert.Equal(decision, sampled.Decision);
    }

    /// <summary>Has a runner execute what a client queues; returns when its run has ended, and all have stopped.</summary>
    private async Task ExecuteOneAsync(Func<HybridClient, Task> queue)
    {
        var settings = SiloConfiguration.CreateFrom([new("HYBRID_DATA", _folder.FullName), new("HYBRID_URLS", "http://127.0.0.1:0")]);
        await using var host = await StandaloneHost.StartAsync(settings, executesTasks: true, quiet: true);
        var connection = host.Connection;
        using var client = new HybridClient(new HybridClientOptions
        {
            BaseUrl = new Uri(connection.Url),
            Token = connection.Token,
            ProjectId = connection.ProjectId,
        });
        await client.Codes.UploadAsync(new NewCode { Name = "hello", Image = "none", Command = "true" });
        await queue(client);
        await using var runner = new LocalRunner(
            LocalRunner.Options(connection, new LocalRunnerOptions(ExecutorKind.Process, 1, Keys: null), Path.Combine(_folder.FullName, "runner")), host.Services);
        await _ended.Task;
    }
}
