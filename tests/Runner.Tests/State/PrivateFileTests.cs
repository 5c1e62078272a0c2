using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Sandboxes.Processes;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Tests.State;

/// <summary>V8: what a runner keeps is its owner's alone, whatever folder it was given.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PrivateFileTests : IDisposable
{
    private const string Cluster = "0123456789abcdef01234567";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode ForAll = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-private-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void V8_In_a_folder_that_all_may_read_its_files_are_private_and_the_folder_stays_as_it_is()
    {
        var open = _folder.CreateSubdirectory($"{Cluster}-1");
        open.UnixFileMode = ForAll | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var before = open.UnixFileMode;

        using (var state = StateFolder.Open(_folder.FullName, Cluster))
        {
            new SessionFile(state).Write(new PreviousSession { SessionId = "s", Credential = "c" });
            PrivateFile.Open(state.PathOf("spool"), FileMode.OpenOrCreate, FileShare.Read).Dispose();
            Assert.Empty(state.RestrictedFiles);
        }

        Assert.Equal(before, File.GetUnixFileMode(open.FullName));
        Assert.Equal(3, open.GetFiles().Length);
        Assert.All(open.GetFiles(), file => Assert.Equal(OwnerOnly, file.UnixFileMode));
    }

    [Fact]
    public void V8_Files_that_others_could_read_are_narrowed_and_told_of()
    {
        var zips = _folder.CreateSubdirectory($"{Cluster}-1").CreateSubdirectory("zips");
        string[] old = [Path.Combine(zips.Parent!.FullName, "session.json"), Path.Combine(zips.FullName, "a.zip")];
        foreach (var file in old)
        {
            File.WriteAllText(file, "x");
            File.SetUnixFileMode(file, ForAll);
        }

        using var state = StateFolder.Open(_folder.FullName, Cluster);

        Assert.Equal(old, state.RestrictedFiles);
        Assert.All(old, file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void V8_Files_of_the_process_executor_are_private_too()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var state = StateFolder.Open(_folder.FullName, Cluster);
        using var sandboxes = new ProcessSandboxFactory(state, NullLogger<ProcessSandboxFactory>.Instance);

        var files = new DirectoryInfo(state.Path).GetFiles();
        Assert.Equal(2, files.Length);
        Assert.All(files, file => Assert.Equal(OwnerOnly, file.UnixFileMode));
    }

    [Fact]
    public void V8_A_readable_file_of_a_crash_does_not_pass_its_mode_on()
    {
        var path = Path.Combine(_folder.FullName, "session.json");
        File.WriteAllText(path + ".new", "half");
        File.SetUnixFileMode(path + ".new", ForAll);

        PrivateFile.Replace(path, "whole"u8);

        Assert.Equal("whole", File.ReadAllText(path));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
    }
}
