using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Orleans.Hybrid.Silo.Nimbix.Keys;

/// <summary>Which state of a file was read: it differs when the file was written, touched or swapped since.</summary>
internal readonly record struct FileStamp(ulong Inode, long Seconds, uint Nanoseconds);

/// <summary>
/// A file with one secret in it, which none but its owner may touch. It is opened first and judged then, so that what was judged
/// is what is read; a symbolic link counts as its target.
/// </summary>
internal static unsafe partial class SecretFile
{
    /// <summary>The largest secret, in bytes.</summary>
    public const int Most = 4096;

    private const UnixFileMode Strangers = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    // Read only, closed in children, no terminal taken, and no waiting for a writer of a pipe.
    private const int OpenFlags = 0x80000 | 0x800 | 0x100;
    private const int ThisHandle = 0x1000;
    private const uint BasicStats = 0x7FF;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    /// <summary>Reads it without the newline at its end.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="accepted">Bits for group and others that may be set all the same: mounted secrets have some.</param>
    public static (SecretBytes Content, FileStamp Stamp) Read(string path, UnixFileMode accepted = UnixFileMode.None)
    {
        try
        {
            using var file = Open(path);
            var stamp = Judge(path, file, accepted);
            return (Content(path, file), stamp);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new SecretRefusedException(path, "can't be read");
        }
    }

    private static SafeFileHandle Open(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return File.OpenHandle(path);
        }

        var descriptor = Open(path, OpenFlags);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new SecretRefusedException(path, "is not there, or this process may not read it");
    }

    private static FileStamp Judge(string path, SafeFileHandle file, UnixFileMode accepted)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Strangers & ~accepted) is not UnixFileMode.None and var open)
        {
            throw new SecretRefusedException(path, $"is open to others than its owner ({open}): chmod 600");
        }

        if (!OperatingSystem.IsLinux())
        {
            return new FileStamp(0, File.GetLastWriteTimeUtc(file).Ticks, 0);
        }

        FileFacts facts = default;
        if (Stat((int)file.DangerousGetHandle(), "", ThisHandle, BasicStats, &facts) != 0)
        {
            throw new SecretRefusedException(path, "can't be looked at");
        }

        return (facts.Mode & TypeMask) != RegularFile ? throw new SecretRefusedException(path, "is not a regular file")
            : facts.Owner != 0 && facts.Owner != GetEffectiveUser()
                ? throw new SecretRefusedException(path, "belongs neither to the user of this process nor to root")
            : new FileStamp(facts.Inode, facts.ModifiedSeconds, facts.ModifiedNanoseconds);
    }

    private static SecretBytes Content(string path, SafeFileHandle file)
    {
        var buffer = GC.AllocateArray<byte>(Most + 3, pinned: true);
        try
        {
            var length = 0;
            while (length < buffer.Length && RandomAccess.Read(file, buffer.AsSpan(length), length) is > 0 and var read)
            {
                length += read;
            }

            var content = buffer.AsSpan(0, length);
            content = content.EndsWith("\r\n"u8) ? content[..^2] : content.EndsWith("\n"u8) ? content[..^1] : content;
            return content.Length switch
            {
                0 => throw new SecretRefusedException(path, "is empty"),
                > Most => throw new SecretRefusedException(path, $"has more than {Most} bytes: it is no secret"),
                _ => new SecretBytes(content),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int handle, string path, int flags, uint mask, FileFacts* facts);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    // As the kernel lays it out, the same on every processor.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileFacts
    {
        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;
    }
}
