using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace OrleansHybrid.Runner.Sandboxes.Processes;

/// <summary>
/// A file of a task's folder that the task may append to, rewrite or replace: opened by its name each time, in the folder
/// that was opened before the task began. Anything but a plain file of the task's own user, such as a link, is ignored.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe partial class WatchedFile : IDisposable
{
    private const int NonBlocking = 0x800;
    private const int EmptyPath = 0x1000;
    private const uint Basics = 0x7ff;
    private const int StatusSize = 256;
    private const int PlainFile = 0x8000;
    private const int Kind = 0xf000;

    private readonly SafeFileHandle _folder;
    private readonly string _name;
    private readonly int _maxBytes;
    private readonly Status _first;
    private SafeFileHandle _file;
    private Status? _read;

    private WatchedFile(SafeFileHandle folder, SafeFileHandle file, string name, int maxBytes)
    {
        (this._folder, this._file, this._name, this._maxBytes) = (folder, file, name, maxBytes);
        _first = StatusOf(file) ?? throw new IOException($"{name} can't be read.");
    }

    // The only flag of these that differs between processors.
    private static int NoFollow => RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Ppc64le
        ? 0x8000
        : 0x20000;

    /// <summary>Watches an existing file, before any other process can access its folder.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="maxBytes">Most bytes that are read of it, from its end.</param>
    public static WatchedFile Open(string path, int maxBytes)
    {
        var folder = new SafeFileHandle(OpenFolder(Path.GetDirectoryName(path)!, Posix.CloseOnExec), ownsHandle: true);
        var file = OpenAt(folder, Path.GetFileName(path));
        return folder.IsInvalid || file is null
            ? throw new IOException($"{path} can't be opened.")
            : new WatchedFile(folder, file, Path.GetFileName(path), maxBytes);
    }

    /// <summary>Its content, or the end of it; null when it is unchanged since the last read, unless that does not matter.</summary>
    public byte[]? Read(bool always)
    {
        if (OpenAt(_folder, _name) is { } found)
        {
            var replaces = StatusOf(found) is { } status && (status.Mode & Kind) == PlainFile && status.User == _first.User;
            (replaces ? _file : found).Dispose();
            _file = replaces ? found : _file;
        }

        var now = StatusOf(_file);
        if (now is null || (now == _read && !always))
        {
            return null;
        }

        _read = now;
        var length = RandomAccess.GetLength(_file);
        var content = new byte[Math.Min(length, _maxBytes)];
        return content[..RandomAccess.Read(_file, content, length - content.Length)];
    }

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    private static SafeFileHandle? OpenAt(SafeFileHandle folder, string name)
    {
        var found = new SafeFileHandle(OpenAt((int)folder.DangerousGetHandle(), name, Posix.CloseOnExec | NonBlocking | NoFollow), ownsHandle: true);
        if (!found.IsInvalid)
        {
            return found;
        }

        found.Dispose();
        return null;
    }

    // Its members have the same offsets on every processor.
    private static Status? StatusOf(SafeFileHandle file)
    {
        var status = stackalloc byte[StatusSize];
        return StatusAt((int)file.DangerousGetHandle(), "", EmptyPath, Basics, status) != 0 ? null : new Status(
            User: *(uint*)(status + 20),
            Mode: *(ushort*)(status + 28),
            Number: *(ulong*)(status + 32),
            Size: *(ulong*)(status + 40),
            Seconds: *(long*)(status + 112),
            Nanoseconds: *(uint*)(status + 120));
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatusAt(int folder, string name, int flags, uint mask, byte* status);

    private sealed record Status(uint User, int Mode, ulong Number, ulong Size, long Seconds, uint Nanoseconds);
}
