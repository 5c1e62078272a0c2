using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Primitives.Archives;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Executors.Process;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Runner.Zips;

namespace OrleansHybrid.Runner.Tests.Zips;

/// <summary>A zip unpacked for a child process (X3, X4).</summary>
[SupportedOSPlatform("linux")]
public sealed class ZipsInProcesses : IDisposable
{
    private const string Session = "abcdefabcdefabcdefabcdef";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");
    private readonly Captured _output = new();
    private readonly StateFolder _state;
    private readonly ProcessSandboxes _sandboxes;

    public ZipsInProcesses()
    {
        _state = StateFolder.Open(_folder.FullName, "0123456789abcdef01234567");
        _sandboxes = new ProcessSandboxes(_state, NullLogger<ProcessSandboxes>.Instance);
    }

    public void Dispose()
    {
        _sandboxes.Dispose();
        _state.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_legacy_worker_runs_in_its_folder_and_gets_its_arguments()
    {
        var zip = ZipMaker.Of(("__runner__.sh", """pwd; echo "$@"; cat "$6"; echo; cat lib/name"""), ("lib/name", "name\n"));
        var order = Orders.New("the payload") with { Zip = ZipMaker.Named(zip, "__runner__.sh", "sh") };

        Assert.Equal(0, (await RunAsync(order, zip)).ExitCode);

        var task = _output.Lines[0];
        Assert.Equal(
            [$"-d {task}/ -id {order.Lease.TaskId} -payload {task}/.hybrid/payload -e production", "the payload", "name"],
            _output.Lines.Skip(1));
        Assert.False(Directory.Exists(task));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_of_the_zip_is_started_and_its_files_are_its_own()
    {
        var script = "#!/bin/sh\nstat -c '%a %n' bin bin/* config .hybrid/payload; echo > bin/new && rm config && echo 7 done >> $PROGRESS_FILE";
        var zip = ZipMaker.Of(zip =>
        {
            ZipMaker.Add(zip, "bin/run", script, ZipMaker.Executable);
            ZipMaker.Add(zip, "config", "the zip's own", 0x81a4 << 16);
        });
        var order = Orders.New() with { Command = "bin/run", Zip = ZipMaker.Named(zip) };
        await using var sandbox = await StartAsync(order, zip);

        Assert.Equal(0, (await sandbox.WaitAsync(default)).ExitCode);

        Assert.Equal(["700 bin", "700 bin/run", "600 config", "600 .hybrid/payload"], _output.Lines);
        Assert.Equal("7 done\n", await sandbox.ReadProgressAsync(default));
    }

    [Fact(Timeout = 30_000)]
    public async Task B3_links_that_stay_inside_are_made_as_links()
    {
        var zip = ZipMaker.Of(zip =>
        {
            ZipMaker.Add(zip, "node_modules/.bin/tool", "../tool/cli.js", ZipMaker.Link);
            ZipMaker.Add(zip, "node_modules/tool/cli.js", "#!/bin/sh\necho found", ZipMaker.Executable);
            ZipMaker.Add(zip, "current", "node_modules", ZipMaker.Link);
        });
        var order = Orders.New() with
        {
            Command = CommandWords.Join(["sh", "-c", "readlink node_modules/.bin/tool; current/.bin/tool; test -L current && echo link"]),
            Zip = ZipMaker.Named(zip),
        };

        Assert.Equal(0, (await RunAsync(order, zip)).ExitCode);
        Assert.Equal(["../tool/cli.js", "found", "link"], _output.Lines);
    }

    [Fact(Timeout = 30_000)]
    public async Task B5_the_file_that_is_started_may_be_executed_whatever_the_zip_says()
    {
        var zip = ZipMaker.Of(zip => ZipMaker.Add(zip, "run.sh", "#!/bin/sh\necho ran", 0x81a4 << 16));
        var order = Orders.New() with { Zip = ZipMaker.Named(zip, "run.sh") };

        Assert.Equal(0, (await RunAsync(order, zip)).ExitCode);
        Assert.Equal(["ran"], _output.Lines);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_zip_that_lies_about_a_length_starts_nothing_and_leaves_nothing()
    {
        var zip = ZipMaker.Forge(ZipMaker.Of(("a/b", "text"), ("zeros", new string('0', 10_000))), "PK\x01\x02", 24, 0xff, 0xff, 0, 0);
        zip = ZipMaker.Forge(zip, "PK\x03\x04", 22, 0xff, 0xff, 0, 0);
        var order = Orders.New() with { Command = "true", Zip = ZipMaker.Named(zip) };

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => RunAsync(order, zip));

        Assert.True(trouble.IsLasting);
        var root = Assert.Single(File.ReadAllLines(_state.File("task-folders")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(root, Session)));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_that_the_zip_has_not_is_named()
    {
        var zip = ZipMaker.Of(("a", "text"));
        var order = Orders.New() with { Command = "./b", Zip = ZipMaker.Named(zip) };

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => RunAsync(order, zip));

        Assert.Contains("\"./b\"", trouble.Message, StringComparison.Ordinal);
    }

    private async Task<SandboxExit> RunAsync(TaskOrder order, byte[] zip)
    {
        await using var sandbox = await StartAsync(order, zip);
        return await sandbox.WaitAsync(default);
    }

    private async Task<ISandbox> StartAsync(TaskOrder order, byte[] zip)
    {
        var path = Path.Combine(_folder.FullName, "zip");
        await File.WriteAllBytesAsync(path, zip);
        using var contents = CodeArchive.Open(File.OpenRead(path), null, BadZip.Limits(1 << 30), BadZip.Because);
        TaskCommand.Verify(order, contents);
        var sandbox = _sandboxes.For(order, Session);
        try
        {
            await sandbox.PrepareAsync(default);
            await sandbox.CreateAsync(new SandboxFiles(order.Payload, order.Config, contents), default);
            await sandbox.StartAsync(_output.Write, default);
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }
}
