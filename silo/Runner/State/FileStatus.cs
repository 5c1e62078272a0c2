using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace OrleansHybrid.Runner.State;

/// <summary>The status of a path by the kernel; a link is not followed unless asked.</summary>
/// <param name="Type">The file's type.</param>
/// <param name="Owner">The number of its user.</param>
/// <param name="Group">The number of its group.</param>
/// <param name="Mode">The permission bits.</param>
/// <param name="Device">Major and minor number, for a device.</param>
[SupportedOSPlatform("linux")]
internal readonly unsafe partial record struct FileStatus(
    FileType Type, uint Owner, uint Group, UnixFileMode Mode, (uint Major, uint Minor) Device)
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint Basic = 0x7ff;
    private const int OwnerAt = 20;
    private const int GroupAt = 24;
    private const int ModeAt = 28;
    private const int DeviceAt = 128;
    private const int Length = 256;

    /// <summary>True for a folder that this process's user owns and that is no link to one.</summary>
    public bool IsOwnedFolder => Type == FileType.Folder && Owner == EffectiveUser();

    /// <summary>Null where there is nothing, or nothing that this user may see.</summary>
    public static FileStatus? Of(string path, bool follow = false)
    {
        var stat = stackalloc byte[Length];
        if (Stat(CurrentFolder, path, follow ? 0 : NoFollow, Basic, stat) != 0)
        {
            return null;
        }

        var mode = *(ushort*)(stat + ModeAt);
        return new FileStatus(
            (FileType)(mode & 0xF000),
            *(uint*)(stat + OwnerAt),
            *(uint*)(stat + GroupAt),
            (UnixFileMode)(mode & 0xFFF),
            (*(uint*)(stat + DeviceAt), *(uint*)(stat + DeviceAt + sizeof(uint))));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int folder, string path, int flags, uint mask, byte* stat);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}

/// <summary>The types of files, as the kernel numbers them.</summary>
internal enum FileType
{
    /// <summary>A device that is read and written as a stream, such as a terminal.</summary>
    CharacterDevice = 0x2000,

    /// <summary>A folder.</summary>
    Folder = 0x4000,

    /// <summary>A disk, or a part of one.</summary>
    BlockDevice = 0x6000,

    /// <summary>A plain file.</summary>
    File = 0x8000,

    /// <summary>A link to another path.</summary>
    Link = 0xA000,

    /// <summary>A socket.</summary>
    Socket = 0xC000,
}
