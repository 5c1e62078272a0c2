using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Cli.Output;

/// <summary>The output of <c>cluster create --json</c>.</summary>
internal sealed record ClusterOutput(string Id, string Name, string Token, string Run);

/// <summary>The output of <c>cluster token add --json</c>.</summary>
internal sealed record AddedTokenOutput(string Id, string Token, string Run);

/// <summary>The output of <c>cluster token list --json</c>.</summary>
internal sealed record TokenListOutput(IReadOnlyList<TokenRow> Tokens);

/// <summary>One token of <see cref="TokenListOutput"/>.</summary>
internal sealed record TokenRow(string Id, string CreatedAt, int Runners);

/// <summary>The output of <c>cluster token revoke --json</c>.</summary>
internal sealed record RevokedTokenOutput(string Id, string Msg);

/// <summary>The output of <c>cluster runner list --json</c>.</summary>
internal sealed record RunnerListOutput(IReadOnlyList<RunnerRow> Runners);

/// <summary>One runner of <see cref="RunnerListOutput"/>; it is active, paused, draining or lost.</summary>
internal sealed record RunnerRow(
    string Id, string Name, string State, int Slots, int SlotsInUse, IReadOnlyList<string> Labels, string LastSeen);

/// <summary>The output of a command to runners with <c>--json</c>.</summary>
internal sealed record RunnerCommandOutput(IReadOnlyList<string> Runners, string State);

/// <summary>The output of <c>key id --json</c>.</summary>
internal sealed record KeyIdOutput(string KeyId);

/// <summary>The output of <c>keygen --rsa --json</c>.</summary>
internal sealed record KeyPairOutput(string KeyId, string Private, string Public);

/// <summary>The output of <c>worker upload --json</c>.</summary>
internal sealed record UploadOutput(string Id, string Name, int Rev);

/// <summary>The output of <c>worker queue --json</c>.</summary>
internal sealed record QueueOutput(IReadOnlyList<TaskRef> Tasks);

/// <summary>The output of <c>worker queue --wait --json</c>.</summary>
internal sealed record EndedTasksOutput(IReadOnlyList<EndedTask> Tasks);

/// <summary>One task of <see cref="EndedTasksOutput"/>; its duration is in milliseconds.</summary>
internal sealed record EndedTask(string Id, string Status, string Msg, int? ExitCode, long Duration, string Log);

/// <summary>The output of <c>worker log --json</c>, once, or once a piece with <c>--follow</c>.</summary>
internal sealed record LogOutput(string Id, string Log);

/// <summary>The output of <c>worker cancel --json</c>.</summary>
internal sealed record CancelOutput(string Id, string Msg);

/// <summary>The output of <c>docker login --json</c>.</summary>
internal sealed record LoginOutput(string Username, string Serveraddress);

/// <summary>The output of <c>keygen --json</c>.</summary>
internal sealed record KeyOutput(string Key, int Bits);

/// <summary>Serialisation of this program's own documents; every key is always there.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ClusterOutput))]
[JsonSerializable(typeof(AddedTokenOutput))]
[JsonSerializable(typeof(TokenListOutput))]
[JsonSerializable(typeof(RevokedTokenOutput))]
[JsonSerializable(typeof(RunnerListOutput))]
[JsonSerializable(typeof(RunnerCommandOutput))]
[JsonSerializable(typeof(UploadOutput))]
[JsonSerializable(typeof(QueueOutput))]
[JsonSerializable(typeof(EndedTasksOutput))]
[JsonSerializable(typeof(LogOutput))]
[JsonSerializable(typeof(CancelOutput))]
[JsonSerializable(typeof(LoginOutput))]
[JsonSerializable(typeof(KeyOutput))]
[JsonSerializable(typeof(KeyIdOutput))]
[JsonSerializable(typeof(KeyPairOutput))]
internal sealed partial class CliJson : JsonSerializerContext;

/// <summary>Prints for programs and for people.</summary>
internal static class OutputExtensions
{
    public static void WriteJson<T>(this TextWriter output, T document, JsonTypeInfo<T> type) =>
        output.Write(JsonSerializer.Serialize(document, type) + "\n");

    /// <summary>Labelled lines; those with nothing to say are left out.</summary>
    public static void WriteLines(this TextWriter output, params IEnumerable<(string Label, string Value)> lines)
    {
        foreach (var (label, value) in lines.Where(line => line.Value.Length > 0))
        {
            output.Write($"{label + ":",-11} {TerminalTextSanitizer.OneLine(value)}\n");
        }
    }
}
