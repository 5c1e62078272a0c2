using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Support;
using OrleansHybrid.Support.Iron;

namespace OrleansHybrid.Client.Tests;

/// <summary>The real client against <see cref="FakeIronServer"/>, on a clock that never waits.</summary>
internal sealed class ClientFixture : IAsyncDisposable
{
    public const string Project = "/2/projects/0123456789abcdef01234567";
    public const string TaskId = "5f5a7c1e0000000000000001";

    private readonly List<HybridClient> _clients = [];

    public required FakeIronServer Server { get; init; }

    public InstantTimeProvider Clock { get; } = new();

    public HybridClient Client => field ??= CreateClient(options => options);

    public static async Task<ClientFixture> StartAsync() => new() { Server = await FakeIronServer.StartAsync() };

    public static SymmetricKey Key(string hex = "5c1f0e3b9a7748d2b6e4037fa1c8eeff") =>
        SymmetricKey.TryParse(hex, out var key, out var problem) ? key : throw new ArgumentException(problem);

    public static EncryptionKey SealingKey(string text = "5c1f0e3b9a7748d2b6e4037fa1c8eeff") =>
        EncryptionKey.TryParse(text, out var key, out var problem) ? key : throw new ArgumentException(problem);

    public HybridClient CreateClient(Func<HybridClientOptions, HybridClientOptions> change)
    {
        var client = new HybridClient(change(new HybridClientOptions
        {
            BaseUrl = Server.Url,
            Token = "secret-token",
            ProjectId = "0123456789abcdef01234567",
            TimeProvider = Clock,
        }));
        _clients.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Server.DisposeAsync();
    }
}
