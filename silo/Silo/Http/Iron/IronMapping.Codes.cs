using Orleans.Hybrid.Domain.Codes;
using Orleans.Hybrid.Domain.Tasks;
using Wire = Orleans.Hybrid.Contracts.Iron;

namespace Orleans.Hybrid.Silo.Http.Iron;

/// <content>Code packages.</content>
internal static partial class IronMapping
{
    // A runner renews every third of it and ends its program in the last third.
    private const int LeastLeaseSeconds = 3;
    private const int MostLeaseSeconds = 86_400;

    /// <summary>A revision as uploaded; the store gives it its number.</summary>
    public static CodeRevision ReadRevision(JsonFields data, string id, int configLimit, DateTimeOffset now) => new()
    {
        Id = id,
        Image = ImageIn(data),
        Command = data.Text("command", LongestName * 8) ?? "",
        Config = data.Bytes("config", configLimit) is { Length: > 0 } config ? config : null,
        EnvVars = EnvVarsIn(data),
        Retries = (int)(data.Whole("retries", 0, RetryPolicy.MaxRetries) ?? 0),
        RetriesDelaySeconds = (int)(data.Whole("retries_delay", 0, TaskSpec.MaxDelaySeconds) ?? 0),
        DefaultPriority = PriorityOf(data.Number("default_priority"), 0),
        MaxConcurrency = (int)(data.Whole("max_concurrency", 0, int.MaxValue) ?? 0),
        LeaseSeconds = (int)(data.Whole("lease_seconds", LeastLeaseSeconds, MostLeaseSeconds)
            ?? LeasePolicy.DefaultLeaseSeconds),
        MaxLosses = (int)(data.Whole("max_losses", 1, 100) ?? LeasePolicy.DefaultMaxLosses),
        CreatedAt = now,
    };

    /// <summary>A code package with its current revision.</summary>
    public static Wire.CodeInfo Show(CodePackage code) => new()
    {
        Id = code.Id,
        ProjectId = code.ProjectId,
        Name = code.Name,
        Rev = code.Current.Rev,
        LatestHistoryId = code.Current.Id,
        LatestChange = code.UpdatedAt,
        Image = code.Current.Image,
        Command = code.Current.Command,
        MaxConcurrency = code.Current.MaxConcurrency,
        Retries = code.Current.Retries,
        RetriesDelay = code.Current.RetriesDelaySeconds,
        DefaultPriority = code.Current.DefaultPriority,
        Priority = code.Current.DefaultPriority,
        Config = TextOf(code.Current.Config, ""),
        EnvVars = code.Current.EnvVars,
        LeaseSeconds = code.Current.LeaseSeconds,
        MaxLosses = code.Current.MaxLosses,
        CreatedAt = code.CreatedAt,
        UpdatedAt = code.UpdatedAt,
        ArchivedAt = DateTimeOffset.MinValue,
    };

    private static string ImageIn(JsonFields data)
    {
        var image = data.Text("image", LongestName) ?? throw new RefusedException(
            "image is required: this server has no image for uploads that name only a runtime");
        return char.IsAsciiLetterOrDigit(image[0])
            && image.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or ':' or '@')
                ? image
                : throw new RefusedException("image must be an image reference, such as registry:5000/name:tag");
    }

    private static IReadOnlyDictionary<string, string> EnvVarsIn(JsonFields data)
    {
        var variables = data.Texts("env_vars", most: 1000, longest: 65_536);
        return variables.Keys.FirstOrDefault(name => name.Length == 0 || name.Contains('=')) is { } bad
            ? throw new RefusedException($"env_vars.{bad} can't be the name of a variable: it is empty or holds =")
            : variables;
    }
}
