using System.Globalization;
using System.Text.Json.Nodes;

namespace OrleansHybrid.Fakes;

/// <summary>How jobs and machines are shown.</summary>
internal static class JobViews
{
    /// <summary>The types of machines that there are.</summary>
    public static IReadOnlyList<string> Types { get; } = ["n0", "ngd3"];

    public static JsonObject Status(FakeJob job, FakeJarviceOptions options, Fault? fault) => fault?.Kind == FaultKind.Vanishes
        ? []
        : new JsonObject { [Key(job)] = Shaped(Entry(job, options, fault), job, fault) };

    public static JsonObject List(IEnumerable<FakeJob> jobs, FakeJarviceOptions options, Fault? fault)
    {
        var list = new JsonObject();
        foreach (var job in jobs.Where(_ => fault?.Kind != FaultKind.Vanishes))
        {
            var entry = Entry(job, options, fault);
            entry["job_number"] = job.Number;
            entry["job_label"] = job.Label;
            entry["job_exitcode"] = job.EndedAt is null ? null : job.Script.ExitCode;
            entry["job_mc_name"] = job.Machine;
            entry["job_nodes"] = job.Nodes;
            entry["job_owner_username"] = job.Account.Username;
            entry["job_stats"] = Stats(job);
            list[Key(job)] = Shaped(entry, job, fault);
        }

        return list;
    }

    public static JsonObject Machines(Fault? fault)
    {
        var machines = new JsonObject { ["n0"] = Machine("n0", 0, 0.1m, 8), ["ngd3"] = Machine("ngd3", 2, 2.5m, 4) };
        foreach (var (_, machine) in machines)
        {
            if (fault?.Kind == FaultKind.StringNumbers)
            {
                NumbersAsStrings(machine!.AsObject());
            }
        }

        return machines;
    }

    private static JsonObject Machine(string name, int gpus, decimal price, int maxConcurrent) => new()
    {
        ["mc_name"] = name,
        ["mc_description"] = $"{name} machine",
        ["mc_cores"] = 16,
        ["mc_gpus"] = gpus,
        ["mc_ram"] = 64,
        ["mc_price"] = price,
        ["mc_max_concurrent"] = maxConcurrent,
    };

    private static JsonObject Entry(FakeJob job, FakeJarviceOptions options, Fault? fault)
    {
        var skew = fault?.Kind == FaultKind.ClockSkew ? fault.Duration : TimeSpan.Zero;
        return new JsonObject
        {
            ["job_name"] = job.Name,
            ["job_status"] = fault?.Kind == FaultKind.UnknownStatus ? fault.Text : job.State,
            ["job_substatus"] = 0,
            ["job_submit_time"] = Seconds(job.SubmittedAt, skew),
            ["job_start_time"] = Seconds(job.StartedAt, skew),
            ["job_end_time"] = Seconds(job.EndedAt, skew),
            ["job_application"] = job.Image,
            ["job_command"] = "batch",
            ["job_walltime"] = job.EndedAt - job.StartedAt is { } ran ? $"{(int)ran.TotalHours:00}:{ran:mm\\:ss}" : null,
            ["job_project"] = null,
        };
    }

    private static JsonObject Stats(FakeJob job)
    {
        var seconds = job.EndedAt - job.StartedAt is { } ran ? (int)ran.TotalSeconds : 0;
        return new JsonObject
        {
            ["queue_time"] = job.StartedAt - job.SubmittedAt is { } waited ? (int)waited.TotalSeconds : 0,
            ["wall_time"] = seconds,
            ["compute_time"] = seconds,
            ["compute_cost"] = Math.Round(2.5m * seconds * job.Nodes / 3600, 4),
            ["app_cost"] = 0,
            ["job_count"] = 1,
        };
    }

    private static JsonObject Shaped(JsonObject entry, FakeJob job, Fault? fault)
    {
        switch (fault?.Kind)
        {
            case FaultKind.StringNumbers:
                NumbersAsStrings(entry);
                return entry;
            case FaultKind.MissingKeys:
                return new JsonObject { ["job_name"] = job.Name };
            case FaultKind.ExtraKeys:
                entry["job_of_tomorrow"] = new JsonArray(1, "two", new JsonObject());
                entry["job_api_submission"] = new JsonObject
                {
                    ["user"] = new JsonObject { ["username"] = job.Account.Username, ["apikey"] = job.Account.Keys[0] },
                };
                return entry;
            default:
                return entry;
        }
    }

    private static void NumbersAsStrings(JsonObject entry)
    {
        foreach (var (name, value) in entry.ToList())
        {
            if (value?.GetValueKind() == System.Text.Json.JsonValueKind.Number)
            {
                entry[name] = value.ToJsonString();
            }
        }
    }

    private static string Key(FakeJob job) => job.Number.ToString(CultureInfo.InvariantCulture);

    private static long Seconds(DateTimeOffset? at, TimeSpan skew) => at is { } known ? (known + skew).ToUnixTimeSeconds() : 0;
}
