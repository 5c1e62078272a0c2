using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansHybrid.Contracts.Sealing;

/// <summary>
/// An envelope's clear, authenticated part: where these bytes may run, and how often. Without
/// the key it can be read but not changed.
/// </summary>
public sealed record EnvelopeHeader
{
    /// <summary>The most starts that <see cref="Runs"/> can allow, unless it allows any number.</summary>
    public const int MaxRuns = 1_000_000;

    internal const int TaskBytes = 16;

    private const string AnyNumber = "*";

    /// <summary>The project in which the task was queued: 24 hex digits.</summary>
    public required string Project { get; init; }

    /// <summary>The cluster whose runners may open it, 24 hex digits; empty for any that has the key.</summary>
    public required string Cluster { get; init; }

    /// <summary>Name of the code package that it is for.</summary>
    public required string Code { get; init; }

    /// <summary>The envelope's unique id: 22 random characters.</summary>
    public string Task { get; init => field = value ?? ""; } = "";

    /// <summary>How often a runner may start a program with these bytes, 1 to <see cref="MaxRuns"/>, or <c>*</c> for as often as asked.</summary>
    public string Runs { get; init => field = value ?? "1"; } = "1";

    /// <summary>From when on it is rejected, in seconds since 1970; null for never.</summary>
    public long? NotAfter { get; init; }

    /// <summary>The same as a number; null for any number.</summary>
    [JsonIgnore]
    public int? RunLimit => Runs == AnyNumber ? null : int.Parse(Runs, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>How <see cref="Runs"/> is written; null for any number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not from 1 to <see cref="MaxRuns"/>.</exception>
    public static string FormatRuns(int? limit)
    {
        if (limit is not { } number)
        {
            return AnyNumber;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1, nameof(limit));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, MaxRuns, nameof(limit));
        return number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>True for what <see cref="Runs"/> can be.</summary>
    public static bool IsValidRuns(string? text) => text == AnyNumber
        || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var runs) && runs is > 0 and <= MaxRuns);

    internal static string NewTaskId()
    {
        Span<byte> task = stackalloc byte[TaskBytes];
        RandomNumberGenerator.Fill(task);
        return System.Buffers.Text.Base64Url.EncodeToString(task);
    }

    /// <summary>The header in these bytes; null when they hold none.</summary>
    internal static EnvelopeHeader? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, SealingJson.Default.EnvelopeHeader) is { } header && header.IsValid ? header : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, SealingJson.Default.EnvelopeHeader);

    [JsonIgnore]
    private bool IsValid =>
        CanonicalBase64.DecodeUrl(Task) is { Length: TaskBytes } && IsValidRuns(Runs);
}

/// <summary>Serialisation of <see cref="EnvelopeHeader"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EnvelopeHeader))]
internal sealed partial class SealingJson : JsonSerializerContext;
