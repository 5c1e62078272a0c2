using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace OrleansHybrid.Runner.Sandboxes.Processes;

/// <summary>
/// A number by which the kernel knows a task's processes whatever they make of their session, title and environment: a limit on the time of
/// real-time programs, too high to matter, that every child inherits and shows in <c>/proc</c>.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe partial class ProcessMarker
{
    private const int RealTimeTime = 15;
    private const int TaskBits = 30;
    private const ulong First = 1ul << 61;
    private const ulong Session = ((1ul << 31) - 1) << TaskBits;

    /// <summary>Held while any child is made: until then, a marked one's limit is this process's own.</summary>
    public static readonly Lock StartLock = new();

    private readonly ulong _number;
    private readonly ulong _mask;

    private ProcessMarker(ulong number, ulong mask) => (this._number, this._mask) = (number, mask);

    /// <summary>That of the task of a folder.</summary>
    public static ProcessMarker ForTask(string folder) =>
        new(First | (Hash(Path.GetDirectoryName(folder)!) << TaskBits) | Hash(folder), ulong.MaxValue);

    /// <summary>Those of all tasks whose folders are in this one.</summary>
    public static ProcessMarker ForSession(string session) => new(First | (Hash(session) << TaskBits), First | Session);

    /// <summary>Whether a process has the mark of any task.</summary>
    public static bool HasAny(string process) => NumberOf(process) is >= First and < First << 1;

    /// <summary>Whether a process has it.</summary>
    public bool IsSetOn(string process) => NumberOf(process) is { } found && (found & _mask) == _number;

    /// <summary>Starts a child that has it; without, where the host itself limits that time.</summary>
    public T StartMarked<T>(Func<T> start)
    {
        lock (StartLock)
        {
            Limit before;
            if (Limits(0, RealTimeTime, null, &before) != 0 || before.Highest < _number)
            {
                return start();
            }

            var marked = before with { Current = _number };
            _ = Limits(0, RealTimeTime, &marked, null);
            try
            {
                return start();
            }
            finally
            {
                _ = Limits(0, RealTimeTime, &before, null);
            }
        }
    }

    /// <summary>Starts a child that has none, also while a marked one is made.</summary>
    public static T StartUnmarked<T>(Func<T> start)
    {
        lock (StartLock)
        {
            return start();
        }
    }

    private static ulong Hash(string text) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))) & ((1ul << TaskBits) - 1);

    private static ulong? NumberOf(string process)
    {
        try
        {
            var line = File.ReadLines(process + "/limits").FirstOrDefault(line => line.StartsWith("Max realtime timeout", StringComparison.Ordinal));
            return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var current, ..]
                && ulong.TryParse(current, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            // It has ended, or it is not ours.
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    private static partial int Limits(int process, int resource, Limit* wanted, Limit* before);

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limit(ulong Current, ulong Highest);
}
