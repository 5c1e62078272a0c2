using System.Buffers.Binary;
using OrleansHybrid.Primitives.Archives;
using OrleansHybrid.Primitives.Codes;
using OrleansHybrid.Runner.Archives;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Archives;

/// <summary>B3, B4: what zips of the field have in them is taken, and what is refused is named.</summary>
public sealed class CodeArchiveTests : IDisposable
{
    private const string Directory = "PK\x01\x02";

    private readonly DirectoryInfo _folder = System.IO.Directory.CreateTempSubdirectory("hybrid-runner-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("node_modules/.bin/tool", "../tool/cli.js")]
    [InlineData("link", "node_modules/tool/cli.js")]
    [InlineData("link", "./node_modules//tool/../tool/cli.js")]
    [InlineData("link", ".")]
    [InlineData("node_modules/link", "..")]
    [InlineData("link", "nowhere/yet")]
    [InlineData("link", "a\\b:c")]
    public void B3_a_relative_link_that_stays_inside_is_taken(string path, string target)
    {
        using var contents = Open(With((path, target)));

        Assert.Equal(new ArchivedLink(path, target), Assert.Single(contents.Links));
        Assert.DoesNotContain(contents.Files, file => file.Path == path);
    }

    [Theory]
    [InlineData("link", "/etc/passwd")]
    [InlineData("link", "..")]
    [InlineData("node_modules/link", "../../outside")]
    [InlineData("link", "node_modules/../../outside")]
    [InlineData("link", "nowhere/../../outside")]
    [InlineData("link", "")]
    [InlineData("link", "a\nb")]
    public void B3_a_link_that_leads_out_or_nowhere_is_rejected_by_its_name(string path, string target)
    {
        Assert.Contains($"(\"{path}\")", Refused(With((path, target))), StringComparison.Ordinal);
    }

    [Fact]
    public void B3_a_link_that_leads_out_through_another_one_is_rejected()
    {
        // Read as text, t stays inside; followed, up/to is the folder itself.
        var zip = With(("up/to", ".."), ("t", "up/to/../x"));

        Assert.Contains("leads out of the folder", Refused(zip), StringComparison.Ordinal);
        Open(With(("up/to", ".."), ("t", "up/to/x"))).Dispose();
    }

    [Fact]
    public void B3_links_that_lead_round_in_a_circle_are_rejected()
    {
        Assert.Contains("circle", Refused(With(("a", "b"), ("b", "a"))), StringComparison.Ordinal);
        Assert.Contains("circle", Refused(With(("a", "a"))), StringComparison.Ordinal);
        var winding = $"x{string.Concat(Enumerable.Repeat("/x/..", 200))}";
        Assert.Contains("too many", Refused(With([.. Enumerable.Range(0, 2000).Select(i => ($"l{i}", winding))])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("link", "link/file")]
    [InlineData("Link", "link/file")]
    [InlineData("lib/x", "lib/x/y/z")]
    public void B3_nothing_is_written_through_a_link(string link, string below)
    {
        (string Path, string Text, int Mode)[] entries = [(link, "node_modules", ZipBuilder.Link), (below, "x", 0)];
        foreach (var ordered in new[] { entries, [.. entries.Reverse()] })
        {
            var zip = ZipBuilder.Of(zip => Array.ForEach(ordered, entry => ZipBuilder.Add(zip, entry.Path, entry.Text, entry.Mode)));
            Assert.Contains("one name", Refused(zip), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void B3_a_file_is_found_through_links_as_a_task_would_find_it()
    {
        using var contents = Open(With(("bin", "node_modules/tool"), ("node_modules/run", "../bin/cli.js")));

        Assert.Equal("node_modules/tool/cli.js", contents.Find("node_modules/run")?.Path);
        Assert.Equal("node_modules/tool/cli.js", contents.Find("./bin//cli.js")?.Path);
        Assert.Null(contents.Find("bin"));
        Assert.Null(contents.Find("../bin/cli.js"));
        Assert.Null(contents.Find("/bin/cli.js"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(14)]
    public void B4_a_backslash_separates_in_zips_of_windows(byte host)
    {
        var zip = ZipBuilder.Of(("run.sh", "x"), ("lib\\helper.rb", "x"), ("lib\\sub\\", ""));
        using var contents = Open(ZipBuilder.Forge(zip, Directory, 5, host));

        Assert.Equal(["run.sh", "lib/helper.rb"], contents.Files.Select(file => file.Path));
        Assert.Equal(["lib", "lib/sub"], contents.Folders);
    }

    [Fact]
    public void B4_elsewhere_and_beside_a_slash_it_is_a_character()
    {
        using var unix = Open(ZipBuilder.Of(("lib\\helper.rb", "x")));
        using var mixed = Open(ZipBuilder.Forge(ZipBuilder.Of(("a/b\\c", "x")), Directory, 5, 0));

        Assert.Equal("lib\\helper.rb", Assert.Single(unix.Files).Path);
        Assert.Equal("a/b\\c", Assert.Single(mixed.Files).Path);
    }

    [Theory]
    [InlineData("local/man/man3/My::Module.3pm")]
    [InlineData("a:b")]
    [InlineData("C:")]
    [InlineData("x/C:/y")]
    public void B4_a_colon_is_a_character(string name)
    {
        using var contents = Open(ZipBuilder.Of((name, "x")));

        Assert.Equal(name, Assert.Single(contents.Files).Path);
    }

    [Theory]
    [InlineData("..\\outside", 0)]
    [InlineData("a\\..\\..\\outside", 0)]
    [InlineData("\\outside", 0)]
    [InlineData("C:\\outside", 0)]
    [InlineData("..\\outside", 3)]
    [InlineData("a/..\\b", 0)]
    public void B4_what_leads_out_by_any_reading_is_rejected_by_its_name(string name, byte host)
    {
        Assert.Contains($"(\"{name}\")", Refused(ZipBuilder.Forge(ZipBuilder.Of((name, "x")), Directory, 5, host)), StringComparison.Ordinal);
    }

    [Fact]
    public void B4_zip64_is_taken()
    {
        using var contents = Open(Zip64(ZipBuilder.Of(("run.sh", "x"), ("lib/a", "y"))));

        Assert.Equal(["run.sh", "lib/a"], contents.Files.Select(file => file.Path));
    }

    [Theory]
    [InlineData(24, 2)]
    [InlineData(32, 99)]
    [InlineData(48, 1)]
    [InlineData(55, 0x7f)]
    [InlineData(55, 0xff)]
    [InlineData(16, 1)]
    public void B4_a_zip64_record_that_lies_is_rejected(int at, byte value)
    {
        Assert.Contains("directory", Refused(ZipBuilder.Forge(Zip64(ZipBuilder.Of(("a", "x"))), "PK\x06\x06", at, value)), StringComparison.Ordinal);
    }

    [Fact]
    public void B4_a_name_is_told_without_what_would_change_a_terminal()
    {
        var told = Refused(ZipBuilder.Of(("../\x1b[2J\u202e\u009devil", "")));

        Assert.DoesNotContain(told, c => char.IsControl(c) || c == '\u202e');
        Assert.Contains("evil", told, StringComparison.Ordinal);
    }

    [Fact]
    public void B5_a_command_that_may_not_be_executed_is_named_and_the_file_that_is_started_may_be()
    {
        using var contents = Open(ZipBuilder.Of(zip => ZipBuilder.Add(zip, "run.sh", "x", 0x81a4 << 16)));

        Assert.Contains("\"run.sh\" is not executable", StartCommandLine.FindProblem(contents, "./run.sh", ["./run.sh"], "", ""), StringComparison.Ordinal);
        Assert.Null(StartCommandLine.FindProblem(contents, "sh run.sh", ["sh", "run.sh"], "", ""));
        Assert.Null(StartCommandLine.FindProblem(contents, "", [], "", "run.sh"));
        TaskCommand.Verify(TaskAssignments.New() with { Zip = ZipBuilder.Named([1], "run.sh") }, contents);
        Assert.True(Assert.Single(contents.Files).IsExecutable);
    }

    private static byte[] With(params (string Path, string Target)[] links) => ZipBuilder.Of(zip =>
    {
        ZipBuilder.Add(zip, "node_modules/tool/cli.js", "1", ZipBuilder.Executable);
        foreach (var (path, target) in links)
        {
            ZipBuilder.Add(zip, path, target, ZipBuilder.Link);
        }
    });

    /// <summary>The same zip with its end as zip64 has it, which no small one needs.</summary>
    private static byte[] Zip64(byte[] zip)
    {
        var (end, at) = (zip[^22..], zip.Length - 22);
        var record = new byte[56 + 20];
        "PK\x06\x06"u8.CopyTo(record);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(4), 44);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(24), BitConverter.ToUInt16(end, 10));
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(32), BitConverter.ToUInt16(end, 10));
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(40), BitConverter.ToUInt32(end, 12));
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(48), BitConverter.ToUInt32(end, 16));
        "PK\x06\x07"u8.CopyTo(record.AsSpan(56));
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(64), at);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(72), 1);
        end.AsSpan(8, 12).Fill(0xff);
        return [.. zip.AsSpan(0, at), .. record, .. end];
    }

    private string Refused(byte[] zip)
    {
        var trouble = Assert.Throws<SandboxException>(() => Open(zip));
        Assert.True(trouble.IsPermanent);
        return trouble.Message;
    }

    private CodeArchive Open(byte[] zip)
    {
        var path = Path.Combine(_folder.FullName, "zip");
        File.WriteAllBytes(path, zip);
        return CodeArchive.Open(File.OpenRead(path), null, ZipErrors.Limits(4 << 20), ZipErrors.CannotUnpack);
    }
}
