using System.Buffers.Binary;

namespace OrleansHybrid.Primitives.Archives;

/// <summary>
/// A zip's directory, found by the record at the zip's end, or by the one of zip64 before that. It takes memory when it is read, so that a
/// long one, or one that is elsewhere than the record says, is not read at all.
/// </summary>
internal static class ArchiveDirectory
{
    private const int MaxDirectoryBytes = 4 << 20;
    private const int EndLength = 22;
    private const int LocatorLength = 20;
    private const int End64Length = 56;
    private const int HeaderLength = 46;

    private const string Misplaced = "its directory is not where it should be (split zips are not supported)";
    private const string Damaged = "its directory is damaged";

    // By the format's own list and Info-ZIP's: DOS, OS/2, NTFS in both numberings, VFAT.
    private static readonly byte[] HostsWithBackslash = [0, 6, 10, 11, 14];

    /// <summary>For each entry, in order, whether it was made where <c>\</c> separates. Throws when the directory is large, or not there.</summary>
    public static bool[] Read(FileStream file, ArchiveErrorFactory createError)
    {
        var place = Locate(file, createError);
        if (place.Entries > CodeArchive.MaxEntries)
        {
            throw createError($"it has too many entries: more than {CodeArchive.MaxEntries} files and folders", null);
        }

        var length = place.End - place.Start;
        if (length > MaxDirectoryBytes)
        {
            throw createError($"it has too many entries: its directory is larger than {MaxDirectoryBytes} bytes", null);
        }

        var directory = new byte[length];
        file.Position = place.Start;
        file.ReadExactly(directory);
        var made = new List<bool>();
        for (var rest = directory.AsSpan(); rest.StartsWith("PK\x01\x02"u8);)
        {
            var header = rest.Length < HeaderLength ? throw createError(Damaged, null)
                : HeaderLength + UInt16(rest, 28) + UInt16(rest, 30) + UInt16(rest, 32);
            made.Add(HostsWithBackslash.Contains(rest[5]));
            rest = header <= rest.Length ? rest[header..] : throw createError(Damaged, null);
        }

        return made.Count == place.Entries ? [.. made] : throw createError($"{Damaged}: it has {made.Count} entries, and its directory counts {place.Entries}", null);
    }

    private static DirectoryLocation Locate(FileStream file, ArchiveErrorFactory createError)
    {
        var tail = new byte[Math.Min(file.Length, EndLength + LocatorLength + ushort.MaxValue)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var at = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (at < 0 || tail.Length - at < EndLength)
        {
            throw createError("it has no end, and may have been cut off", null);
        }

        var record = tail.AsSpan(at);
        var end = file.Length - tail.Length + at;
        var (disks, entries, start) = (UInt32(record, 4), UInt16(record, 10), UInt32(record, 16));
        // The same numbers by which the reader of the entries turns to the other record.
        var place = UInt16(record, 4) == ushort.MaxValue || entries == ushort.MaxValue || start == uint.MaxValue
            ? LocateZip64(file, tail.AsSpan(0, at), createError)
            : disks == 0 && UInt16(record, 8) == entries ? new DirectoryLocation(start, end, entries)
            : throw createError(Misplaced, null);
        return place.Start >= 0 && place.Start <= place.End && place.End <= end ? place : throw createError(Misplaced, null);
    }

    private static DirectoryLocation LocateZip64(FileStream file, ReadOnlySpan<byte> before, ArchiveErrorFactory createError)
    {
        if (before.Length < LocatorLength || !before[^LocatorLength..].StartsWith("PK\x06\x07"u8))
        {
            throw createError(Misplaced, null);
        }

        var at = BinaryPrimitives.ReadInt64LittleEndian(before[^LocatorLength..][8..]);
        if (at < 0 || at > file.Length - End64Length)
        {
            throw createError(Misplaced, null);
        }

        Span<byte> record = stackalloc byte[End64Length];
        file.Position = at;
        file.ReadExactly(record);
        return record.StartsWith("PK\x06\x06"u8) && UInt32(record, 16) == 0 && UInt32(record, 20) == 0
            && record[24..32].SequenceEqual(record[32..40])
            ? new DirectoryLocation(BinaryPrimitives.ReadInt64LittleEndian(record[48..]), at, BinaryPrimitives.ReadInt64LittleEndian(record[32..]))
            : throw createError(Misplaced, null);
    }

    private static int UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private readonly record struct DirectoryLocation(long Start, long End, long Entries);
}
