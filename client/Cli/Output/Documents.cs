using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Cli.Output;

/// <summary>What <c>cluster create --json</c> prints.</summary>
internal sealed record ClusterDocument(string Id, string Name, string Token, string Run);

/// <summary>What <c>cluster token add --json</c> prints.</summary>
internal sealed record AddedTokenDocument(string Id, string Token, string Run);

/// <summary>What <c>cluster token list --json</c> prints.</summary>
internal sealed record TokensDocument(IReadOnlyList<TokenRow> Tokens);

/// <summary>One token of <see cref="TokensDocument"/>.</summary>
internal sealed record TokenRow(string Id, string CreatedAt, int Runners);

/// <summary>What <c>cluster token revoke --json</c> prints.</summary>
internal sealed record RevokedDocument(string Id, string Msg);

/// <summary>What <c>cluster runner list --json</c> prints.</summary>
internal sealed record RunnersDocument(IReadOnlyList<RunnerRow> Runners);

/// <summary>One runner of <see cref="RunnersDocument"/>; it is active, paused, draining or lost.</summary>
internal sealed record RunnerRow(
    string Id, string Name, string State, int Slots, int SlotsInUse, IReadOnlyList<string> Labels, string LastSeen);

/// <summary>What an order to runners prints with <c>--json</c>.</summary>
internal sealed record OrderedDocument(IReadOnlyList<string> Runners, string State);

/// <summary>What <c>key id --json</c> prints.</summary>
internal sealed record KeyIdDocument(string KeyId);

/// <summary>What <c>keygen --rsa --json</c> prints.</summary>
internal sealed record KeyPairDocument(string KeyId, string Private, string Public);

/// <summary>What <c>worker upload --json</c> prints.</summary>
internal sealed record CodeDocument(string Id, string Name, int Rev);

/// <summary>What <c>worker queue --json</c> prints.</summary>
internal sealed record QueuedDocument(IReadOnlyList<TaskRef> Tasks);

/// <summary>What <c>worker queue --wait --json</c> prints.</summary>
internal sealed record EndedDocument(IReadOnlyList<EndedTask> Tasks);

/// <summary>One task of <see cref="EndedDocument"/>; its duration is in milliseconds.</summary>
internal sealed record EndedTask(string Id, string Status, string Msg, int? ExitCode, long Duration, string Log);

/// <summary>What <c>worker log --json</c> prints, once, or once a piece with <c>--follow</c>.</summary>
internal sealed record LogDocument(string Id, string Log);

/// <summary>What <c>worker cancel --json</c> prints.</summary>
internal sealed record CancelledDocument(string Id, string Msg);

/// <summary>What <c>docker login --json</c> prints.</summary>
internal sealed record LoginDocument(string Username, string Serveraddress);

/// <summary>What <c>keygen --json</c> prints.</summary>
internal sealed record KeyDocument(string Key, int Bits);

/// <summary>Serialisation of this program's own documents; every key is always there.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ClusterDocument))]
[JsonSerializable(typeof(AddedTokenDocument))]
[JsonSerializable(typeof(TokensDocument))]
[JsonSerializable(typeof(RevokedDocument))]
[JsonSerializable(typeof(RunnersDocument))]
[JsonSerializable(typeof(OrderedDocument))]
[JsonSerializable(typeof(CodeDocument))]
[JsonSerializable(typeof(QueuedDocument))]
[JsonSerializable(typeof(EndedDocument))]
[JsonSerializable(typeof(LogDocument))]
[JsonSerializable(typeof(CancelledDocument))]
[JsonSerializable(typeof(LoginDocument))]
[JsonSerializable(typeof(KeyDocument))]
[JsonSerializable(typeof(KeyIdDocument))]
[JsonSerializable(typeof(KeyPairDocument))]
internal sealed partial class CliJson : JsonSerializerContext;

/// <summary>Prints for programs and for people.</summary>
internal static class Printing
{
    public static void WriteJson<T>(this TextWriter output, T document, JsonTypeInfo<T> shape) =>
        output.Write(JsonSerializer.Serialize(document, shape) + "\n");

    /// <summary>Labelled lines; those with nothing to say are left out.</summary>
    public static void WriteLines(this TextWriter output, params IEnumerable<(string Label, string Value)> lines)
    {
        foreach (var (label, value) in lines.Where(line => line.Value.Length > 0))
        {
            output.Write($"{label + ":",-11} {TerminalTextSanitizer.OneLine(value)}\n");
        }
    }
}
