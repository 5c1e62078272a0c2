using System.Net;
using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Apps;

/// <content>Sealed payloads, from the app to the runner.</content>
public abstract partial class HybridTasksContractTests
{
    private const string Hex = "5c1f0e3b9a7748d2b6e4037fa1c8eeff";

    [StoreFact]
    public async Task I10_a_sealed_payload_arrives_sealed_and_opens_at_the_runner()
    {
        using var key = Key(Hex);
        var (tasks, runner) = await WithRunnerAsync(key);

        var id = await tasks.EnqueueAsync(Hello with { Payload = "for your eyes ü" });
        var stored = (await tasks.GetAsync(id)).Payload;
        var order = await runner.ClaimOneAsync();

        Assert.DoesNotContain("eyes", stored, StringComparison.Ordinal);
        Assert.Equal(stored, Encoding.UTF8.GetString(order.Payload));
        Assert.Equal("for your eyes ü", Encoding.UTF8.GetString(Open(order).Plaintext!));
    }

    [StoreFact]
    public async Task S37_an_envelope_is_for_the_default_cluster_and_as_many_starts_as_the_code_has_tries()
    {
        using var key = Key(Hex);
        var tenant = await Silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync("""{"name":"hello","image":"busybox","retries":2}""");
        var tasks = await OpenAsync(tenant, key);

        await tasks.EnqueueAsync(Hello);

        var order = await (await tenant.EnrolAsync(cluster)).ClaimOneAsync();
        Assert.Equal(
            new EnvelopeHeader { Project = tenant.ProjectId, Cluster = cluster, Code = "hello", Runs = "3" },
            Open(order).Header! with { Task = "" });
    }

    [StoreFact]
    public async Task S37_an_envelope_is_for_the_cluster_that_the_task_names_also_a_shared_one()
    {
        using var key = Key(Hex);
        var address = $"{Guid.NewGuid():n}@example.org";
        var tenant = await (await Silo.NewTenantAsync(address)).ReadyAsync();
        var own = await tenant.NewClusterAsync("""{"name":"own"}""");
        var owner = await Silo.NewTenantAsync();
        var shared = await owner.NewClusterAsync("""{"name":"theirs"}""");
        (await owner.Api.PostAsync($"/2/clusters/{shared}/share", $$"""{"email":"{{address}}"}""")).Ok();
        var tasks = await OpenAsync(tenant, key);

        await tasks.EnqueueAsync(Hello with { Cluster = "own" });
        await tasks.EnqueueAsync(Hello with { Cluster = "theirs" });
        await tasks.EnqueueAsync(Hello with { Cluster = shared });

        Assert.Equal(own, Open(await (await tenant.EnrolAsync(own)).ClaimOneAsync()).Header!.Cluster);
        var orders = (await (await owner.EnrolAsync(shared)).ClaimAsync(10)).Tasks;
        Assert.Equal([shared, shared], orders.Select(order => Open(order).Header!.Cluster));
    }

    [StoreFact]
    public async Task With_a_key_an_unknown_cluster_is_named_and_nothing_is_queued()
    {
        using var key = Key(Hex);
        var tenant = await (await Silo.NewTenantAsync()).ReadyAsync();
        var tasks = await OpenAsync(tenant, key);

        var refused = await ThrowsAsync(() => tasks.EnqueueAsync(Hello with { Cluster = "nowhere" }));

        Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        Assert.Contains("no cluster nowhere", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await tenant.ListAsync());
    }

    [StoreFact]
    public async Task With_a_key_an_unknown_code_is_rejected_in_the_servers_words()
    {
        using var key = Key(Hex);
        var tasks = await OpenAsync(await (await Silo.NewTenantAsync()).ReadyAsync(), key);

        var refused = await ThrowsAsync(() => tasks.EnqueueAsync([Hello, Hello with { CodeName = "bye" }]));

        Assert.Equal((HttpStatusCode.NotFound, "tasks[1].code_name: this project has no code package bye"), StatusAndMessage(refused));
    }

    [StoreFact]
    public async Task I12_an_envelope_over_the_limit_is_rejected()
    {
        using var key = Key(Hex);
        var tasks = await OpenAsync(await (await Silo.NewTenantAsync()).ReadyAsync(), key);

        var refused = await ThrowsAsync(() => tasks.EnqueueAsync(Hello with { Payload = new string('x', 60_000) }));

        Assert.Equal((HttpStatusCode.BadRequest, "tasks[0].payload must be at most 65536 bytes long, as sent"), StatusAndMessage(refused));
    }

    [StoreFact]
    public async Task With_a_public_key_only_the_private_one_opens_what_arrives()
    {
        using var pair = RSA.Create(2048);
        using var key = Key(pair.ExportSubjectPublicKeyInfoPem());
        var (tasks, runner) = await WithRunnerAsync(key);

        await tasks.EnqueueAsync(Hello with { Payload = "for your eyes ü" });

        var order = await runner.ClaimOneAsync();
        Assert.Equal("for your eyes ü", Encoding.UTF8.GetString(Open(order, pair.ExportPkcs8PrivateKeyPem()).Plaintext!));
        Assert.Null(Open(order).Plaintext);
    }

    private static EncryptionKey Key(string text) =>
        EncryptionKey.TryParse(text, out var key, out var problem) ? key : throw new ArgumentException(problem);

    /// <summary>The payload that a runner with this key gets.</summary>
    private static DecryptedPayload Open(TaskAssignment order, string key = Hex)
    {
        Assert.True(DecryptionKeys.TryParse(key, out var keys, out var problem), problem);
        using (keys)
        {
            return keys.Open(order.Payload, SealFormats.All);
        }
    }
}
