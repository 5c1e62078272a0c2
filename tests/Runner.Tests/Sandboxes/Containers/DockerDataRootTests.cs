using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

/// <summary>Which folder's free room decides about claims (F23): the engine's own, where this host has it.</summary>
public sealed class DockerDataRootTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("engine-root");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact(Timeout = 20_000)]
    public async Task F23_the_folder_of_an_engine_on_this_host_is_watched()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.OnJson("GET /info", new { DockerRootDir = _root.FullName });

        Assert.Equal(_root.FullName, await FolderAsync(fake.Client()));
    }

    [Fact(Timeout = 20_000)]
    public async Task One_that_this_host_does_not_have_is_not_though_a_containers_own_root_is()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.OnJson("GET /info", new { DockerRootDir = "/no/such/folder" });

        Assert.Equal(File.Exists("/.dockerenv") ? "/" : null, await FolderAsync(fake.Client()));
    }

    [Fact(Timeout = 20_000)]
    public async Task That_of_an_engine_elsewhere_is_not_though_there_is_a_folder_of_this_name()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.OnJson("GET /info", new { DockerRootDir = _root.FullName });

        Assert.Null(await FolderAsync(new DockerEngine(fake.TcpAddress)));
    }

    [Fact(Timeout = 20_000)]
    public async Task While_the_engine_does_not_answer_nothing_is_known_of_its_disk()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.OnError("GET /info", 500, "away");

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => FolderAsync(fake.Client()));

        Assert.True(trouble.IsTransient);
        Assert.Contains("The engine's disk is not known", trouble.Message, StringComparison.Ordinal);
    }

    private static async Task<string?> FolderAsync(DockerEngine engine)
    {
        using var owned = engine;
        using var sandboxes = new DockerSandboxFactory(engine, new DockerOptions(), NullLogger<DockerSandboxFactory>.Instance);
        return await sandboxes.FindStorageFolderAsync(default);
    }
}
