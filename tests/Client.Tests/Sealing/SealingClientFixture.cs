using System.Text;
using System.Text.Json;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Support.Iron;

namespace OrleansHybrid.Client.Tests.Sealing;

/// <summary>A client with a key, a server that answers what it may ask, and the payloads that came to it, opened.</summary>
internal sealed class SealingClientFixture : IAsyncDisposable
{
    public const string Hex = "5c1f0e3b9a7748d2b6e4037fa1c8eeff";
    public const string ProjectId = "0123456789abcdef01234567";
    public const string ClusterId = "89abcdef0123456789abcdef";
    public const string OtherId = "99abcdef0123456789abcdef";
    public const string Queue = $"POST {ClientFixture.Project}/tasks";
    public const string Schedule = $"POST {ClientFixture.Project}/schedules";
    public const string Project = $"GET {ClientFixture.Project}";
    public const string FindCode = $"GET {ClientFixture.Project}/codes";
    public const string Clusters = "GET /2/clusters";

    private readonly EncryptionKey _key;

    private SealingClientFixture(ClientFixture test, EncryptionKey key, SealMode form)
    {
        (Test, _key) = (test, key);
        Client = test.CreateClient(options => options with { EncryptionKey = key, SealMode = form });
    }

    public ClientFixture Test { get; }

    public FakeIronServer Server => Test.Server;

    public HybridClient Client { get; }

    /// <summary>The server has two clusters, one of them the default, and a code package with three retries.</summary>
    public static async Task<SealingClientFixture> StartAsync(string key = Hex, SealMode form = SealMode.Envelope)
    {
        var test = await ClientFixture.StartAsync();
        test.Server.On(Queue, FakeResponse.Json("""{"msg":"Queued up","tasks":[{"id":"a"}]}"""));
        test.Server.On(Schedule, FakeResponse.Json("""{"msg":"Scheduled","schedules":[{"id":"a"}]}"""));
        test.Server.On(Project, FakeResponse.Json($$"""{"id":"{{ProjectId}}","name":"jobs","default_cluster":"{{ClusterId}}"}"""));
        test.Server.On(FindCode, FakeResponse.Json("""{"codes":[{"id":"c","name":"hello","retries":3}]}"""));
        test.Server.On(Clusters, FakeResponse.Json($$"""{"clusters":[{"id":"{{OtherId}}","name":"site"}]}"""));
        return new SealingClientFixture(test, ClientFixture.SealingKey(key), form);
    }

    /// <summary>The entries of the last request of this kind.</summary>
    public IReadOnlyList<JsonElement> Sent(string call = Queue) =>
        [.. JsonDocument.Parse(Server.Requests.Last(request => request.Call == call).Bytes).RootElement
            .EnumerateObject().Single().Value.EnumerateArray()];

    /// <summary>The content of its payload, and what it proves.</summary>
    public static DecryptedEnvelope Open(JsonElement sent)
    {
        using var key = ClientFixture.Key();
        var payload = Encoding.ASCII.GetBytes(sent.GetProperty("payload").GetString()!);
        Assert.True(Envelope.TryOpen(payload, id => id == key.Id ? key : null, out var opened, out _));
        return opened;
    }

    public async ValueTask DisposeAsync()
    {
        await Test.DisposeAsync();
        _key.Dispose();
    }
}
