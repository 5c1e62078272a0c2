using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Execution;

/// <summary>How the program of a task with a zip is started (X4, C6).</summary>
public sealed class TaskCommandTests
{
    private static readonly TaskZip Zip = ZipBuilder.Named([1]);

    [Theory]
    [InlineData("sh", "__runner__.sh", "sh __runner__.sh")]
    [InlineData("ruby", "hello.rb", "ruby hello.rb")]
    [InlineData("Python", "hello.py", "python hello.py")]
    [InlineData("node", "hello.js", "node hello.js")]
    [InlineData("php", "runner.php", "php runner.php")]
    [InlineData("java", "hello.jar", "java -jar hello.jar")]
    [InlineData("java", "Hello.class", "java -cp . Hello")]
    [InlineData("mono", "hello.exe", "mono hello.exe")]
    [InlineData("go", "hello", "./hello")]
    [InlineData("binary", "bin/hello", "./bin/hello")]
    [InlineData("", "hello", "./hello")]
    public void A_file_is_started_as_its_runtime_wants_it(string runtime, string file, string started)
    {
        var order = TaskAssignments.New() with { Zip = Zip with { Runtime = runtime, FileName = file } };

        Assert.Equal($"{started} -d /t/ -id {order.Lease.TaskId} -payload /t/.hybrid/payload -e production", Line(order));
    }

    [Fact]
    public void A_command_goes_before_the_file_and_gets_the_arguments_too()
    {
        var order = TaskAssignments.New() with
        {
            Command = "php hello.php",
            Config = [],
            ScheduleId = "5a0000000000000000000009",
            Zip = Zip with { Runtime = "sh", FileName = "__runner__.sh" },
        };

        Assert.Equal(
            $"php hello.php -d /t/ -id {order.Lease.TaskId} -payload /t/.hybrid/payload -config /t/.hybrid/config -e production"
            + " -schedule_id 5a0000000000000000000009",
            Line(order));
    }

    [Fact]
    public void Neither_an_images_own_program_nor_one_without_a_zip_gets_any()
    {
        Assert.Equal("", Line(TaskAssignments.New() with { Zip = Zip }));
        Assert.Equal("cat x", Line(TaskAssignments.New() with { Command = "cat x" }));
        Assert.Equal("", Line(TaskAssignments.New()));
    }

    [Fact]
    public void A_runtime_that_nobody_knows_ends_the_task_and_is_named()
    {
        var order = TaskAssignments.New() with { Zip = Zip with { Runtime = "cobol", FileName = "hello.cob" } };

        var trouble = Assert.Throws<SandboxException>(() => Line(order));

        Assert.Contains("cobol", trouble.Message, StringComparison.Ordinal);
        Assert.True(trouble.IsPermanent);
    }

    private static string Line(TaskAssignment order) => string.Join(' ', TaskCommand.CommandLine(order, new TaskPaths(order, "/t")));
}
