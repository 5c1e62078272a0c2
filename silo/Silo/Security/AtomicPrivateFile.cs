using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo.Security;

/// <summary>Writes files with secrets in them, for their owner only.</summary>
internal static class AtomicPrivateFile
{
    /// <summary>
    /// Writes it beside and then moves it, so that a reader, and a start after a crash, sees all of it or nothing;
    /// <see cref="IOException"/> when it is there and not to be replaced.
    /// </summary>
    public static void Write(string file, ReadOnlySpan<byte> content, bool replace)
    {
        var unfinished = $"{file}.new";
        File.Delete(unfinished);
        using (var stream = PrivateFiles.Open(unfinished, FileMode.CreateNew, FileShare.None))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, file, overwrite: replace);
    }
}
