using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Primitives.Archives;
using OrleansHybrid.Runner.Archives;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

/// <summary>A zip in a container of a real engine (X3, X4).</summary>
public sealed class ContainerZipTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [DockerFact(Timeout = 60_000)]
    public async Task A_legacy_worker_runs_in_its_folder_and_gets_its_arguments()
    {
        var zip = ZipBuilder.Of(("__runner__.sh", """pwd; echo "$@"; cat lib/name; cat "$6" "$8"; cat "$2.hybrid/payload" """), ("lib/name", "name\n"));
        var order = ContainerAssignments.For(TestImages.Busybox) with
        {
            Zip = ZipBuilder.Named(zip, "__runner__.sh", "sh"),
            Config = "the config\n"u8.ToArray(),
            ScheduleId = "5a0000000000000000000009",
        };

        var (exit, output) = await RunAsync(order, zip, "the payload\n"u8.ToArray());

        Assert.Equal(0, exit.ExitCode);
        Assert.Equal(
            $"""
            /mnt/task
            -d /mnt/task/ -id {order.Lease.TaskId} -payload /mnt/task/.hybrid/payload -config /mnt/task/.hybrid/config -e production -schedule_id 5a0000000000000000000009
            name
            the payload
            the config
            the payload

            """,
            output);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_command_finds_the_zip_around_it_and_the_environment_names_the_files()
    {
        var zip = ZipBuilder.Of(("payload", "the zip's own\n"), ("config", "this one too\n"));
        var order = ContainerAssignments.For(TestImages.Busybox, """["sh", "-c", "cat payload config $PAYLOAD_FILE; echo 50 half >> $PROGRESS_FILE"]""") with
        {
            Zip = ZipBuilder.Named(zip),
        };
        await using var trial = await StartAsync(order, zip, "the payload\n"u8.ToArray());

        var exit = await trial.Sandbox.WaitAsync(default);

        Assert.Equal((0, "the zip's own\nthis one too\nthe payload\n"), (exit.ExitCode, trial.Output.ToString()));
        Assert.Equal("50 half\n", await trial.Sandbox.ReadProgressAsync(default));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task Rights_are_the_zips_and_every_user_may_write()
    {
        var zip = ZipBuilder.Of(zip =>
        {
            ZipBuilder.Add(zip, "bin/run", "#!/bin/sh\nid -u; touch new bin/new && ls -l bin | awk '{print $1, $NF}'", ZipBuilder.Executable);
            ZipBuilder.Add(zip, "bin/text", "text", 0x81a4 << 16);
            ZipBuilder.Add(zip, "bin/unsaid", "text");
        });
        var order = ContainerAssignments.For(TestImages.BusyboxNobody) with { Zip = ZipBuilder.Named(zip, "bin/run", "binary") };

        var (exit, output) = await RunAsync(order, zip);

        Assert.Equal(0, exit.ExitCode);
        Assert.Equal(
            ["65534", "-rw-r--r-- new", "-rwxrwxrwx run", "-rw-rw-rw- text", "-rwxrwxrwx unsaid"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("total", StringComparison.Ordinal)));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task Large_and_many_files_with_long_names_arrive_unchanged()
    {
        var text = string.Concat(Enumerable.Range(0, 300_000).Select(i => $"{i}\n"));
        var names = Enumerable.Range(0, 500).Select(i => $"{new string('ü', 100)}/{new string('n', 150)}/{i}").ToArray();
        var zip = ZipBuilder.Of([("large", text), .. names.Select(name => (name, "x"))]);
        var order = ContainerAssignments.For(TestImages.Busybox, """["sh", "-c", "sha256sum large; find . -name '[0-9]*' | wc -l"]""") with
        {
            Zip = ZipBuilder.Named(zip),
        };

        var (_, output) = await RunAsync(order, zip);

        var sum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        Assert.Equal($"{sum}  large\n500\n", output);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_zip_that_lies_about_a_length_is_found_out_on_its_way_into_the_container()
    {
        var zip = ZipBuilder.Forge(ZipBuilder.Of(("zeros", new string('0', 10_000))), "PK\x01\x02", 24, 0xff, 0xff, 0, 0);
        zip = ZipBuilder.Forge(zip, "PK\x03\x04", 22, 0xff, 0xff, 0, 0);
        var order = ContainerAssignments.For(TestImages.Busybox, "true") with { Zip = ZipBuilder.Named(zip) };

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => RunAsync(order, zip));

        Assert.Equal((false, true), (trouble.IsTransient, trouble.IsPermanent));
        Assert.Contains("\"zeros\"", trouble.Message, StringComparison.Ordinal);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_legacy_program_that_the_image_has_not_is_named()
    {
        var zip = ZipBuilder.Of(("hello.rb", "puts 1"));
        var order = ContainerAssignments.For(TestImages.Busybox) with { Zip = ZipBuilder.Named(zip, "hello.rb", "ruby") };

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => RunAsync(order, zip));

        Assert.Contains("\"ruby hello.rb\"", trouble.Message, StringComparison.Ordinal);
    }

    private async Task<(SandboxExit Exit, string Output)> RunAsync(TaskAssignment order, byte[] zip, byte[]? payload = null)
    {
        await using var trial = await StartAsync(order, zip, payload);
        return (await trial.Sandbox.WaitAsync(default), trial.Output.ToString());
    }

    private async Task<DockerSandboxFixture> StartAsync(TaskAssignment order, byte[] zip, byte[]? payload = null)
    {
        var path = Path.Combine(_folder.FullName, "zip");
        await File.WriteAllBytesAsync(path, zip);
        using var contents = CodeArchive.Open(File.OpenRead(path), null, ZipErrors.Limits(1 << 30), ZipErrors.CannotUnpack);
        var trial = new DockerSandboxFixture(order);
        try
        {
            await trial.StartAsync(new SandboxFiles(payload ?? [], order.Config, contents));
            return trial;
        }
        catch
        {
            await trial.DisposeAsync();
            throw;
        }
    }
}
