namespace OrleansHybrid.Primitives.Archives;

/// <summary>The type of an entry by its attributes; zips made elsewhere than on Unix have none.</summary>
internal readonly record struct EntryMode(int Attributes)
{
    private const int Kind = 0xf000;
    private const int PlainFile = 0x8000;
    private const int Folder = 0x4000;
    private const int Link = 0xa000;
    private const int Rights = 0x1ff;
    private const int Execute = 0x49;

    public bool MayBeFile => (Unix & Kind) is 0 or PlainFile;

    public bool MayBeFolder => (Unix & Kind) is 0 or Folder;

    public bool IsLink => (Unix & Kind) == Link;

    /// <summary>Whether any user may execute it; true where the entry has no mode.</summary>
    public bool IsExecutable => (Unix & Rights) == 0 || (Unix & Execute) != 0;

    private int Unix => (Attributes >> 16) & 0xffff;
}
