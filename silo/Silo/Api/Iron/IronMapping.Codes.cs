using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Primitives.Archives;
using OrleansHybrid.Primitives.Codes;
using OrleansHybrid.Silo.Configuration;
using Wire = OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Silo.Api.Iron;

/// <content>Code packages.</content>
internal static partial class IronMapping
{
    // A runner renews every third of it and ends its program in the last third.
    private const int MinLeaseSeconds = 3;
    private const int MaxLeaseSeconds = 86_400;

    // What a paused code shows as its limit: a published client's own tests look for it.
    private const int PausedLimit = -1;

    /// <summary>A revision as uploaded; the store gives it its number.</summary>
    public static CodeRevisionRecord ReadRevision(
        IronJsonReader data, CodeZip? zip, string id, ApiOptions options, DateTimeOffset now) => new()
        {
            Id = id,
            Image = ImageIn(data) ?? ImageFor(data, zip, options.RuntimeImages),
            Command = data.Text("command", MaxNameLength * 8) ?? "",
            Stack = data.Text("stack", MaxNameLength) ?? "",
            Runtime = data.Text("runtime", MaxNameLength) ?? "",
            FileName = data.Text("file_name", MaxNameLength) ?? "",
            Zip = zip,
            Config = data.Bytes("config", options.PayloadLimit) is { Length: > 0 } config ? config : null,
            EnvVars = EnvVarsIn(data),
            Retries = (int)(data.WholeNumber("retries", 0, RetryPolicy.MaxRetries) ?? 0),
            RetriesDelaySeconds = (int)(data.WholeNumber("retries_delay", 0, TaskSpec.MaxDelaySeconds) ?? 0),
            DefaultPriority = PriorityOf(data.Number("default_priority"), 0),
            MaxConcurrency = LimitIn(data),
            LeaseSeconds = (int)(data.WholeNumber("lease_seconds", MinLeaseSeconds, MaxLeaseSeconds)
            ?? LeasePolicy.DefaultLeaseSeconds),
            RequiredLabels = ReadLabels(data) ?? LabelSet.None,
            MaxLosses = (int)(data.WholeNumber("max_losses", 1, 100) ?? LeasePolicy.DefaultMaxLosses),
            Signature = SignatureIn(data),
            NoInit = data.Has("init") && !data.Flag("init"),
            CreatedAt = now,
        };

    /// <summary>A code package with its current revision.</summary>
    public static Wire.CodeInfo ToContract(CodePackage code) => new()
    {
        Id = code.Id,
        ProjectId = code.ProjectId,
        Name = code.Name,
        Rev = code.Current.Rev,
        LatestHistoryId = code.Current.Id,
        LatestChange = code.Current.CreatedAt,
        LatestChecksum = code.Current.Zip?.Md5 ?? "",
        Image = code.Current.Image,
        Command = code.Current.Command,
        Stack = code.Current.Stack,
        Runtime = code.Current.Runtime,
        MaxConcurrency = code.Paused ? PausedLimit : code.Current.MaxConcurrency,
        Retries = code.Current.Retries,
        RetriesDelay = code.Current.RetriesDelaySeconds,
        DefaultPriority = code.Current.DefaultPriority,
        Priority = code.Current.DefaultPriority,
        Config = TextOf(code.Current.Config, ""),
        EnvVars = code.Current.EnvVars,
        LeaseSeconds = code.Current.LeaseSeconds,
        MaxLosses = code.Current.MaxLosses,
        RequiredLabels = ToContract(code.Current.RequiredLabels),
        Paused = code.Paused,
        Init = code.Current.NoInit ? false : null,
        Signature = code.Current.Signature is { Length: > 0 } signature ? signature : null,
        Status = code.ArchivedAt is null ? "" : "archived",
        CreatedAt = code.CreatedAt,
        UpdatedAt = code.UpdatedAt,
        ArchivedAt = code.ArchivedAt ?? DateTimeOffset.MinValue,
    };

    /// <summary>One revision of a code package.</summary>
    public static Wire.CodeRevision ToContract(CodePackage code, CodeRevisionRecord revision) => new()
    {
        Id = revision.Id,
        CodeId = code.Id,
        ProjectId = code.ProjectId,
        Name = code.Name,
        Rev = revision.Rev,
        Image = revision.Image,
        Command = revision.Command,
        Config = TextOf(revision.Config, ""),
        EnvVars = revision.EnvVars,
        MaxConcurrency = revision.MaxConcurrency,
        Retries = revision.Retries,
        RetriesDelay = revision.RetriesDelaySeconds,
        Priority = revision.DefaultPriority,
        RequiredLabels = ToContract(revision.RequiredLabels),
        Init = revision.NoInit ? false : null,
        Runtime = revision.Runtime,
        Stack = revision.Stack,
        FileName = revision.FileName,
        Checksum = revision.Zip?.Md5 ?? "",
        CodeSize = revision.Zip?.Size ?? 0,
        CreatedAt = revision.CreatedAt,
        UpdatedAt = revision.CreatedAt,
    };

    /// <summary>How many tasks are in each phase.</summary>
    public static Wire.CodeStats ToContract(IReadOnlyDictionary<TaskPhase, long> counts) => new()
    {
        Queued = counts.GetValueOrDefault(TaskPhase.Queued) + counts.GetValueOrDefault(TaskPhase.Preparing),
        Running = counts.GetValueOrDefault(TaskPhase.Running),
        Cancelled = counts.GetValueOrDefault(TaskPhase.Cancelled),
        Timeout = counts.GetValueOrDefault(TaskPhase.Timeout),
        Error = counts.GetValueOrDefault(TaskPhase.Error),
        Complete = counts.GetValueOrDefault(TaskPhase.Complete),
    };

    /// <summary>True for what can be the name of an image.</summary>
    public static bool IsImage(string text) => ImageReference.TryParse(text, out _);

    /// <summary>Throws <see cref="ApiException"/> when no task could start what the zip has.</summary>
    public static void VerifyStart(CodeRevisionRecord revision, CodeArchive archive)
    {
        var words = Wire.ShellWords.Parse(revision.Command);
        if (StartCommandLine.FindProblem(archive, revision.Command, words, revision.Runtime, revision.FileName) is { } problem)
        {
            throw new ApiException(problem);
        }
    }

    /// <summary>How many may run at once; 0 for no limit, which published clients say with numbers below it, too.</summary>
    private static int LimitIn(IronJsonReader fields) =>
        fields.Number("max_concurrency") is < 0 ? 0 : (int)(fields.WholeNumber("max_concurrency", 0, int.MaxValue) ?? 0);

    private static string SignatureIn(IronJsonReader data)
    {
        var signature = data.Text("signature", InstructionSignature.MaxLength) ?? "";
        return signature.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? signature
            : throw new ApiException("signature must be one that hybrid made, such as ohs1.KEYID.MAC");
    }

    private static string? ImageIn(IronJsonReader data) =>
        data.Text("image", MaxNameLength) is not { } image ? null
        : IsImage(image) ? image
        : throw new ApiException("image must be an image reference, such as registry:5000/name:tag");

    /// <summary>The image for a zip that comes without one; it stays that revision's image, whatever is set later.</summary>
    private static string ImageFor(IronJsonReader data, CodeZip? zip, IReadOnlyDictionary<string, string> images)
    {
        string?[] named = [data.Text("stack", MaxNameLength), data.Text("runtime", MaxNameLength)];
        if (zip is null || named.All(name => name is null))
        {
            throw new ApiException("image is required, or a file, which is a zip, and the runtime or stack for it");
        }

        return named.OfType<string>().Select(images.GetValueOrDefault).FirstOrDefault(image => image is not null)
            ?? throw new ApiException(
                $"image is required: this server has no image for {string.Join(" or ", named.OfType<string>())}; "
                + "its operator can set one with HYBRID_RUNTIME_IMAGES");
    }

    private static IReadOnlyDictionary<string, string> EnvVarsIn(IronJsonReader data)
    {
        var variables = data.StringMap("env_vars", maxCount: 1000, maxLength: 65_536);
        return variables.Keys.FirstOrDefault(name => name.Length == 0 || name.Contains('=')) is { } bad
            ? throw new ApiException($"env_vars.{bad} can't be the name of a variable: it is empty or holds =")
            : variables;
    }
}
