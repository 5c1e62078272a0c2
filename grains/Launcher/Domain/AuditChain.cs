using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansHybrid.Launcher.Domain;

/// <summary>
/// The hashes that tie the records of an audit together: who changes or removes one has to change all that follow.
/// </summary>
public static class AuditChain
{
    /// <summary>The hash that stands before the first record.</summary>
    public static readonly string GenesisHash = new('0', 64);

    private const int MaxTextLength = 200;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// The record as it follows on the one before: number and hashes are filled in, and texts made one line each.
    /// </summary>
    public static AuditRecord Link(AuditHead head, AuditRecord record)
    {
        var tied = record with
        {
            Sequence = head.Sequence + 1,
            Previous = head.Hash,
            Reason = Line(record.Reason),
            CredentialId = Line(record.CredentialId),
            Address = Line(record.Address),
            Peer = Line(record.Peer),
            CommitHash = Line(record.CommitHash),
            MachineType = Line(record.MachineType),
            KeyGeneration = Line(record.KeyGeneration),
        };
        return tied with { Hash = HashOf(tied) };
    }

    /// <summary>
    /// The number of the first record that does not follow on the one before or is not what was written; null for a sound
    /// audit.
    /// </summary>
    public static long? FindFirstBroken(IEnumerable<AuditRecord> records) => FindFirstBroken(new AuditHead(0, GenesisHash), records);

    /// <summary>The same for records that are to follow on another one.</summary>
    public static long? FindFirstBroken(AuditHead head, IEnumerable<AuditRecord> records)
    {
        foreach (var record in records)
        {
            if (record.Sequence != head.Sequence + 1 || record.Previous != head.Hash || record.Hash != HashOf(record))
            {
                return head.Sequence + 1;
            }

            head = new AuditHead(record.Sequence, record.Hash);
        }

        return null;
    }

    // Each part with its length before it, so that no two records have one text.
    private static string HashOf(AuditRecord record)
    {
        var text = new StringBuilder();
        foreach (var part in Parts(record))
        {
            text.Append(CultureInfo.InvariantCulture, $"{part.Length}:{part}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Strict.GetBytes(text.ToString())));
    }

    private static IEnumerable<string> Parts(AuditRecord record) =>
    [
        Number(record.Sequence), Number(record.At.ToUnixTimeMilliseconds()), record.Event.ToString(), record.Reason, Number(record.Count),
        record.CredentialId, record.Address, record.Peer, record.CommitHash, record.LaunchId, Number(record.JobNumber), record.MachineType,
        Number(record.Deadline?.ToUnixTimeMilliseconds()), record.Cost?.ToString("0.00", CultureInfo.InvariantCulture) ?? "",
        record.PolicyVersion, record.KeyGeneration, record.Previous,
    ];

    private static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    // What no database keeps as it is, halves of characters, is replaced before it is hashed.
    private static string Line(string text)
    {
        var line = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > MaxTextLength)
            {
                break;
            }

            line.Append(BreaksLines(rune) ? "?" : rune.ToString());
        }

        return line.ToString();
    }

    private static bool BreaksLines(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}

/// <summary>The last record of an audit: its number and its hash.</summary>
public sealed record AuditHead(long Sequence, string Hash);
