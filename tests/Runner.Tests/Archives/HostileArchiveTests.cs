using OrleansHybrid.Primitives.Archives;
using OrleansHybrid.Runner.Archives;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Archives;

/// <summary>Zips that would do harm are refused before anything of them is unpacked, or at the first byte that was not told (S10, S11).</summary>
public sealed class HostileArchiveTests : IDisposable
{
    private const int Limit = 1 << 20;
    private const string Directory = "PK\x01\x02";
    private const string Local = "PK\x03\x04";
    private const string End = "PK\x05\x06";

    private readonly DirectoryInfo _folder = System.IO.Directory.CreateTempSubdirectory("hybrid-runner-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("../outside")]
    [InlineData("..")]
    [InlineData("a/../../outside")]
    [InlineData("a/..")]
    [InlineData("/etc/passwd")]
    [InlineData("//etc/passwd")]
    [InlineData("C:/windows")]
    [InlineData("a\\..\\..\\outside")]
    [InlineData("nul\0l")]
    [InlineData("line\nbreak")]
    [InlineData("../folder/")]
    [InlineData(".hybrid")]
    [InlineData(".hybrid/payload")]
    [InlineData("./.Hybrid/progress")]
    [InlineData(".//./.hybrid/")]
    public void A_path_that_leads_out_or_to_the_runners_own_files_is_rejected(string path)
    {
        Refused(ZipBuilder.Of(("good", ""), (path, "")));
    }

    [Fact]
    public void A_name_that_no_folder_can_hold_is_rejected()
    {
        Refused(ZipBuilder.Of((new string('x', 256), "")));
        Refused(ZipBuilder.Of((new string('ü', 128), "")));
        Refused(ZipBuilder.Of((string.Join('/', Enumerable.Repeat("xxxxxxx", 129)), "")));
        Open(ZipBuilder.Of((new string('x', 255), ""))).Dispose();
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a", "./a")]
    [InlineData("a", "A")]
    [InlineData("a", "a/b")]
    [InlineData("a/b", "a")]
    [InlineData("a/", "a")]
    [InlineData("a/b", "A/c")]
    public void Two_entries_of_one_name_are_rejected(string one, string other)
    {
        Assert.Contains("one name", Refused(ZipBuilder.Of((one, ""), (other, ""))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("device", 0x61b6)]
    [InlineData("terminal", 0x21b6)]
    [InlineData("pipe", 0x11b6)]
    [InlineData("socket", 0xc1ff)]
    [InlineData("folder/", 0xa1ff)]
    [InlineData("file", 0x41ff)]
    [InlineData("folder/", 0x81ff)]
    public void An_entry_that_is_neither_file_nor_folder_is_rejected(string name, int mode)
    {
        var zip = ZipBuilder.Of(zip => ZipBuilder.Add(zip, name, "/etc/passwd", mode << 16));

        Assert.Contains("neither a plain file nor a folder", Refused(zip), StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_may_be_unpacked_is_rejected_by_what_the_zip_says()
    {
        var zip = ZipBuilder.Of(("zeros", new string('0', Limit / 2)), ("more", new string('0', (Limit / 2) + 1)));

        Assert.Contains("ZIP_UNPACKED_LIMIT", Refused(zip), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(9_999, false)]
    [InlineData(10_001, true)]
    public async Task A_length_that_is_a_lie_gets_nobody_a_byte_more(int said, bool isRefused)
    {
        var size = BitConverter.GetBytes(said);
        var zip = ZipBuilder.Forge(ZipBuilder.Of(("zeros", new string('0', 10_000))), Directory, 24, size);
        zip = ZipBuilder.Forge(zip, Local, 22, size);
        using var contents = Open(zip);
        await using var content = Assert.Single(contents.Files).Open();
        using var unpacked = new MemoryStream();

        var trouble = await Record.ExceptionAsync(() => content.CopyToAsync(unpacked));

        Assert.Equal(isRefused, trouble is SandboxException { IsPermanent: true });
        Assert.Equal(Math.Min(said, 10_000), unpacked.Length);
    }

    [Fact]
    public void Entries_that_share_their_bytes_count_each()
    {
        // Two entries of the directory that name one place: what a small file can become has no other bound.
        var zip = ZipBuilder.Of(("a", new string('0', Limit * 2 / 3)), ("b", new string('0', Limit * 2 / 3)));

        Refused(ZipBuilder.Forge(zip, Directory, 42, 0, 0, 0, 0));
    }

    [Fact]
    public void Too_many_entries_are_rejected_also_as_folders_that_paths_make()
    {
        Refused(ZipBuilder.Of(zip => Enumerable.Range(0, 10_001).ToList().ForEach(i => zip.CreateEntry($"{i}"))));
        Refused(ZipBuilder.Of(zip => Enumerable.Range(0, 200).ToList().ForEach(
            i => zip.CreateEntry($"{i}/{string.Join('/', Enumerable.Repeat("d", 60))}"))));
    }

    [Fact]
    public void A_directory_that_is_long_or_elsewhere_is_not_even_read()
    {
        var zip = ZipBuilder.Of(("a", "text"));

        Assert.Contains("directory", Refused(ZipBuilder.Forge(zip, End, 4, 0xff, 0xff)), StringComparison.Ordinal);
        Assert.Contains("directory", Refused(ZipBuilder.Forge(zip, End, 10, 0xff, 0xff)), StringComparison.Ordinal);
        Assert.Contains("directory", Refused(ZipBuilder.Forge(zip, End, 16, 0xff, 0xff, 0xff, 0x7f)), StringComparison.Ordinal);
        Assert.Contains("directory", Refused(ZipBuilder.Forge(ZipBuilder.OfSize(5 << 20), End, 16, 0, 0, 0, 0)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_zip_or_cut_off_or_encrypted_is_rejected()
    {
        var zip = ZipBuilder.Of(("a", "text"));

        Refused([]);
        Refused("PK"u8.ToArray());
        Refused(zip[..^1]);
        Assert.Contains("encrypted", Refused(ZipBuilder.Forge(zip, Directory, 8, 1, 0)), StringComparison.Ordinal);
        using var unknown = Open(ZipBuilder.Forge(ZipBuilder.Forge(zip, Directory, 10, 77), Local, 8, 77));
        Assert.True(Assert.Throws<SandboxException>(() => Assert.Single(unknown.Files).Open()).IsPermanent);
    }

    [Fact]
    public void Every_zip_that_was_changed_in_one_byte_is_read_or_rejected_and_stays_inside()
    {
        var zip = ZipBuilder.Of(("a/b", "some text"), ("c", new string('0', 100)));
        for (var at = 0; at < zip.Length; at++)
        {
            var changed = zip.ToArray();
            changed[at] ^= 0x2e;
            try
            {
                using var contents = Open(changed);
                foreach (var file in contents.Files)
                {
                    Assert.DoesNotContain("..", file.Path.Split('/'));
                    using var content = file.Open();
                    content.CopyTo(Stream.Null);
                }
            }
            catch (SandboxException ex)
            {
                Assert.True(ex.IsPermanent);
            }
        }
    }

    [Fact]
    public void A_good_zip_gives_its_folders_from_the_top_and_its_files_with_their_rights()
    {
        using var contents = Open(ZipBuilder.Of(zip =>
        {
            ZipBuilder.Add(zip, "lib/", "", 0x41ed << 16);
            ZipBuilder.Add(zip, "./lib//deep/er/file", "text", 0x81a4 << 16);
            ZipBuilder.Add(zip, "run", "#!", ZipBuilder.Executable);
            ZipBuilder.Add(zip, "config", "no rights told");
        }));

        Assert.Equal(["lib", "lib/deep", "lib/deep/er"], contents.Folders);
        Assert.Equal(
            [("lib/deep/er/file", false), ("run", true), ("config", true)],
            contents.Files.Select(file => (file.Path, file.IsExecutable)));
        Assert.Equal("run", contents.Find("./run")?.Path);
        Assert.Null(contents.Find("lib"));
    }

    private string Refused(byte[] zip)
    {
        var trouble = Assert.Throws<SandboxException>(() => Open(zip));
        Assert.Equal((false, true), (trouble.IsTransient, trouble.IsPermanent));
        Assert.StartsWith("The zip can't be unpacked: ", trouble.Message, StringComparison.Ordinal);
        return trouble.Message;
    }

    private CodeArchive Open(byte[] zip)
    {
        var path = Path.Combine(_folder.FullName, "zip");
        File.WriteAllBytes(path, zip);
        return CodeArchive.Open(File.OpenRead(path), null, ZipErrors.Limits(Limit), ZipErrors.CannotUnpack);
    }
}
