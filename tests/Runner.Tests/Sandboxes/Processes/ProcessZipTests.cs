using System.Runtime.Versioning;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Primitives.Archives;
using OrleansHybrid.Runner.Archives;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Processes;

/// <summary>A zip unpacked for a child process (X3, X4).</summary>
[SupportedOSPlatform("linux")]
public sealed class ProcessZipTests : ProcessTestBase
{
    [Fact(Timeout = 30_000)]
    public async Task A_legacy_worker_runs_in_its_folder_and_gets_its_arguments()
    {
        var zip = ZipBuilder.Of(("__runner__.sh", """pwd; echo "$@"; cat "$6"; echo; cat lib/name"""), ("lib/name", "name\n"));
        var order = TaskAssignments.New("the payload") with { Zip = ZipBuilder.Named(zip, "__runner__.sh", "sh") };

        Assert.Equal(0, (await RunAsync(order, zip)).ExitCode);

        var task = Output.Lines[0];
        Assert.Equal(
            [$"-d {task}/ -id {order.Lease.TaskId} -payload {task}/.hybrid/payload -e production", "the payload", "name"],
            Output.Lines.Skip(1));
        Assert.False(Directory.Exists(task));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_of_the_zip_is_started_and_its_files_are_its_own()
    {
        var script = "#!/bin/sh\nstat -c '%a %n' bin bin/* config .hybrid/payload; echo > bin/new && rm config && echo 7 done >> $PROGRESS_FILE";
        var zip = ZipBuilder.Of(zip =>
        {
            ZipBuilder.Add(zip, "bin/run", script, ZipBuilder.Executable);
            ZipBuilder.Add(zip, "config", "the zip's own", 0x81a4 << 16);
        });
        var order = TaskAssignments.New() with { Command = "bin/run", Zip = ZipBuilder.Named(zip) };
        await using var sandbox = await StartAsync(order, zip);

        Assert.Equal(0, (await sandbox.WaitAsync(default)).ExitCode);

        Assert.Equal(["700 bin", "700 bin/run", "600 config", "600 .hybrid/payload"], Output.Lines);
        Assert.Equal("7 done\n", await sandbox.ReadProgressAsync(default));
    }

    [Fact(Timeout = 30_000)]
    public async Task B3_links_that_stay_inside_are_made_as_links()
    {
        var zip = ZipBuilder.Of(zip =>
        {
            ZipBuilder.Add(zip, "node_modules/.bin/tool", "../tool/cli.js", ZipBuilder.Link);
            ZipBuilder.Add(zip, "node_modules/tool/cli.js", "#!/bin/sh\necho found", ZipBuilder.Executable);
            ZipBuilder.Add(zip, "current", "node_modules", ZipBuilder.Link);
        });
        var order = TaskAssignments.New() with
        {
            Command = ShellWords.Join(["sh", "-c", "readlink node_modules/.bin/tool; current/.bin/tool; test -L current && echo link"]),
            Zip = ZipBuilder.Named(zip),
        };

        Assert.Equal(0, (await RunAsync(order, zip)).ExitCode);
        Assert.Equal(["../tool/cli.js", "found", "link"], Output.Lines);
    }

    [Fact(Timeout = 30_000)]
    public async Task B5_the_file_that_is_started_may_be_executed_whatever_the_zip_says()
    {
        var zip = ZipBuilder.Of(zip => ZipBuilder.Add(zip, "run.sh", "#!/bin/sh\necho ran", 0x81a4 << 16));
        var order = TaskAssignments.New() with { Zip = ZipBuilder.Named(zip, "run.sh") };

        Assert.Equal(0, (await RunAsync(order, zip)).ExitCode);
        Assert.Equal(["ran"], Output.Lines);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_zip_that_lies_about_a_length_starts_nothing_and_leaves_nothing()
    {
        var zip = ZipBuilder.Forge(ZipBuilder.Of(("a/b", "text"), ("zeros", new string('0', 10_000))), "PK\x01\x02", 24, 0xff, 0xff, 0, 0);
        zip = ZipBuilder.Forge(zip, "PK\x03\x04", 22, 0xff, 0xff, 0, 0);
        var order = TaskAssignments.New() with { Command = "true", Zip = ZipBuilder.Named(zip) };

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => RunAsync(order, zip));

        Assert.True(trouble.IsPermanent);
        var root = Assert.Single(File.ReadAllLines(State.PathOf("task-folders")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(root, Session)));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_that_the_zip_has_not_is_named()
    {
        var zip = ZipBuilder.Of(("a", "text"));
        var order = TaskAssignments.New() with { Command = "./b", Zip = ZipBuilder.Named(zip) };

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => RunAsync(order, zip));

        Assert.Contains("\"./b\"", trouble.Message, StringComparison.Ordinal);
    }

    private async Task<SandboxExit> RunAsync(TaskAssignment order, byte[] zip)
    {
        await using var sandbox = await StartAsync(order, zip);
        return await sandbox.WaitAsync(default);
    }

    private async Task<ISandbox> StartAsync(TaskAssignment order, byte[] zip)
    {
        var path = Path.Combine(Folder.FullName, "zip");
        await File.WriteAllBytesAsync(path, zip);
        using var contents = CodeArchive.Open(File.OpenRead(path), null, ZipErrors.Limits(1 << 30), ZipErrors.CannotUnpack);
        TaskCommand.Verify(order, contents);
        var sandbox = Sandboxes.Create(order, Session);
        try
        {
            await sandbox.PrepareAsync(default);
            await sandbox.CreateAsync(new SandboxFiles(order.Payload, order.Config, contents), default);
            await sandbox.StartAsync(Output.Write, default);
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }
}
