using System.Globalization;
using System.Text.Json.Nodes;

namespace OrleansHybrid.Fakes;

/// <summary>The calls of the API.</summary>
internal sealed class FakeEndpoints(FakeJarviceOptions options, FakeJobs jobs)
{
    private const string NotRunning = "Running job is not found";

    public FakeReply Handle(FakeRequest request, Fault? fault) => request.Call switch
    {
        "live" or "ready" => FakeReply.Json(new JsonObject { ["status"] = "OK" }),
        "submit" or "batch" => Submit(request, fault),
        "" => new FakeReply(404, "text/html", "<html>Not Found</html>"),
        _ when request.Method is not ("GET" or "POST") => FakeReply.Error(405, "GET or POST"),
        _ => Account(request["username"], request["apikey"]) is { } account
            ? Handle(request, fault, account)
            : FakeReply.Error(401, "Unauthorized"),
    };

    private FakeReply Handle(FakeRequest request, Fault? fault, FakeAccount account) => request.Call switch
    {
        "jobs" => FakeReply.Json(JobViews.List(JobsOf(account, request["completed"] == "true"), options, fault)),
        "machines" => FakeReply.Json(JobViews.Machines(fault)),
        "apps" => FakeReply.Json(new JsonObject { ["org-gpu-ci"] = new JsonObject { ["price"] = 0 } }),
        "status" or "shutdown" or "terminate" or "output" or "tail" or "info" or "connect" or "action" => ForJob(request, fault, account),
        _ => FakeReply.Error(404, "no such call"),
    };

    private FakeReply ForJob(FakeRequest request, Fault? fault, FakeAccount account)
    {
        if (request["number"] is null == request["name"] is null)
        {
            return new FakeReply(400, "text/plain", "either name or number\n");
        }

        long? number = long.TryParse(request["number"], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : null;
        return jobs.Find(account, number, request["name"]) is { } job
            ? ForJob(request, fault, job)
            : FakeReply.Error(404, "Job is not found");
    }

    private FakeReply ForJob(FakeRequest request, Fault? fault, FakeJob job) => request.Call switch
    {
        "status" => FakeReply.Json(JobViews.Status(job, options, fault)),
        "shutdown" => StatusReply(jobs.Shutdown(job), "shutdown requested"),
        "terminate" => StatusReply(jobs.Terminate(job), "terminated"),
        "output" when !job.IsLive => Lines(request, job),
        "tail" when job.IsRunning => Lines(request, job),
        "info" when job.IsRunning => FakeReply.Json(new JsonObject
        {
            ["url"] = null,
            ["about"] = null,
            ["help"] = null,
            ["actions"] = new JsonObject(),
            ["address"] = "10.0.0.1",
            ["password"] = null,
        }),
        "connect" when job.IsRunning => FakeReply.Json(new JsonObject { ["address"] = "10.0.0.1", ["password"] = "p" }),
        "action" when job.IsRunning => StatusReply(request["action"] is not null, "action requested"),
        _ => FakeReply.Error(404, NotRunning),
    };

    private static FakeReply StatusReply(bool isDone, string status) =>
        isDone ? FakeReply.Json(new JsonObject { ["status"] = status }) : FakeReply.Error(404, NotRunning);

    private FakeReply Lines(FakeRequest request, FakeJob job)
    {
        if (!int.TryParse(request["lines"] ?? "100", NumberStyles.None, CultureInfo.InvariantCulture, out var most))
        {
            return new FakeReply(400, "text/plain", "lines\n");
        }

        var printed = job.Printed(options.Clock.GetUtcNow()).ToArray();
        return FakeReply.Text(string.Concat((most == 0 ? printed : printed.TakeLast(most)).Select(line => line + "\n")));
    }

    private FakeReply Submit(FakeRequest request, Fault? fault)
    {
        if (request.Method != "POST" || !request.IsJson || Submission.Read(request.Body, request.Call == "batch") is not { } wish)
        {
            return new FakeReply(400, "text/plain", "not a submission\n");
        }

        if (Account(wish.Username, wish.Key) is not { } account)
        {
            return FakeReply.Error(401, "Unauthorized");
        }

        if (!JobViews.Types.Contains(wish.Machine))
        {
            return FakeReply.Error(400, "no such machine");
        }

        var job = jobs.Add(account, wish);
        return FakeReply.Json(new JsonObject
        {
            ["name"] = job.Name,
            ["number"] = fault?.Kind == FaultKind.StringNumbers ? JsonValue.Create($"{job.Number}") : JsonValue.Create(job.Number),
        });
    }

    private IEnumerable<FakeJob> JobsOf(FakeAccount account, bool ended) =>
        jobs.All.Where(job => job.Account == account && job.IsLive != ended);

    private FakeAccount? Account(string? username, string? key) =>
        options.Accounts.FirstOrDefault(account => account.Username == username && account.Keys.Contains(key));
}
