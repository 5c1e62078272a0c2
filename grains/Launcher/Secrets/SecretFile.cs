using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Launcher.Secrets;

/// <summary>Which state of a file was read: it differs when the file was written, touched or swapped since.</summary>
internal readonly record struct FileStamp(ulong Inode, long Seconds, uint Nanoseconds);

/// <summary>
/// A file with one secret in it, which none but its owner may touch. It is opened first and judged then, so that what was judged
/// is what is read; a symbolic link counts as its target.
/// </summary>
internal static unsafe partial class SecretFile
{
    /// <summary>The largest secret, in bytes.</summary>
    public const int MaxSecretBytes = 4096;

    private const UnixFileMode GroupAndOthers = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const UnixFileMode Readers = UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    // Read only, closed in children, no terminal taken, and no waiting for a writer of a pipe.
    private const int OpenFlags = 0x80000 | 0x800 | 0x100;
    private const int ThisHandle = 0x1000;
    private const uint BasicStats = 0x7FF;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    /// <summary>Reads it without the newline at its end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="allowedMode">Bits for group and others that may be set all the same: mounted secrets have some.</param>
    public static (SecretBytes Content, FileStamp Stamp) Read(string path, UnixFileMode allowedMode = UnixFileMode.None) => With(path, file =>
    {
        var stamp = Validate(path, file, allowedMode, "chmod 600");
        return (Content(path, file), stamp);
    });

    /// <summary>
    /// Reads a file that holds no secret but must be trusted: any user may read it, and only its owner and root may change or replace it.
    /// </summary>
    public static string ReadText(string path, int maxBytes) => With(path, file =>
    {
        Validate(path, file, Readers, "chmod go-w");
        var bytes = new byte[maxBytes + 1];
        var length = Fill(file, bytes);
        return length <= maxBytes
            ? new StreamReader(new MemoryStream(bytes, 0, length)).ReadToEnd()
            : throw new UnusableSecretException(path, $"has more than {maxBytes} bytes");
    });

    private static T With<T>(string path, Func<SafeFileHandle, T> read)
    {
        try
        {
            using var file = Open(path);
            RejectWritableFolders(path);
            return read(file);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UnusableSecretException(path, "can't be read");
        }
    }

    // A user who may write into its folder can replace the file; in a sticky one, as /tmp is, each may replace its own alone.
    private static void RejectWritableFolders(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName;
        foreach (var file in (string?[])[path, target])
        {
            if (file is not null && Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder
                && (File.GetUnixFileMode(folder) & (UnixFileMode.OtherWrite | UnixFileMode.StickyBit)) == UnixFileMode.OtherWrite)
            {
                throw new UnusableSecretException(path, $"lies in {folder}, where everybody may replace it: chmod o-w {folder}");
            }
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
            : throw new UnusableSecretException(path, "is not there, or this process may not read it");
    }

    private static FileStamp Validate(string path, SafeFileHandle file, UnixFileMode allowedMode, string remedy)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & GroupAndOthers & ~allowedMode) is not UnixFileMode.None and var open)
        {
            throw new UnusableSecretException(path, $"is open to others than its owner ({open}): {remedy}");
        }

        if (!OperatingSystem.IsLinux())
        {
            return new FileStamp(0, File.GetLastWriteTimeUtc(file).Ticks, 0);
        }

        StatxBuffer facts = default;
        if (Stat((int)file.DangerousGetHandle(), "", ThisHandle, BasicStats, &facts) != 0)
        {
            throw new UnusableSecretException(path, "can't be read");
        }

        return (facts.Mode & TypeMask) != RegularFile ? throw new UnusableSecretException(path, "is not a regular file")
            : facts.Owner != 0 && facts.Owner != GetEffectiveUser()
                ? throw new UnusableSecretException(path, "belongs neither to the user of this process nor to root")
            : new FileStamp(facts.Inode, facts.ModifiedSeconds, facts.ModifiedNanoseconds);
    }

    private static SecretBytes Content(string path, SafeFileHandle file)
    {
        var buffer = GC.AllocateArray<byte>(MaxSecretBytes + 6, pinned: true);
        try
        {
            var content = ByteOrderMark.Skip(buffer.AsSpan(0, Fill(file, buffer)));
            content = content.EndsWith("\r\n"u8) ? content[..^2] : content.EndsWith("\n"u8) ? content[..^1] : content;
            return content.Length switch
            {
                0 => throw new UnusableSecretException(path, "is empty"),
                > MaxSecretBytes => throw new UnusableSecretException(path, $"has more than {MaxSecretBytes} bytes: it is no secret"),
                _ => new SecretBytes(content),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    private static int Fill(SafeFileHandle file, byte[] buffer)
    {
        var length = 0;
        while (length < buffer.Length && RandomAccess.Read(file, buffer.AsSpan(length), length) is > 0 and var read)
        {
            length += read;
        }

        return length;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int handle, string path, int flags, uint mask, StatxBuffer* facts);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    // As the kernel lays it out, the same on every processor.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxBuffer
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
