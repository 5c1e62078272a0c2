using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Client.Tests.Sealing.SealingClientFixture;

namespace OrleansHybrid.Client.Tests.Sealing;

/// <summary>In which form a client seals, and what of it anybody can see on the way.</summary>
public sealed class PayloadSealerTests
{
    private static readonly NewTask[] Two =
    [
        new() { CodeName = "hello", Payload = "the secret Zoë" },
        new() { CodeName = "hello" },
    ];

    [Fact(Timeout = 30_000)]
    public async Task With_a_public_key_it_is_form_R_and_nobody_is_asked()
    {
        using var pair = RSA.Create(2048);
        await using var test = await StartAsync(pair.ExportSubjectPublicKeyInfoPem());

        await QueueTwoAsync(test);

        Assert.Equal([Queue], test.Server.Requests.Select(request => request.Call));
        Assert.Equal(
            ["the secret Zoë", ""],
            test.Sent().Select(Payload).Select(sent => RsaSeal.TryOpen(sent, pair, out var plain) ? Encoding.UTF8.GetString(plain) : null));
    }

    [Fact(Timeout = 10_000)]
    public async Task Where_that_is_asked_for_it_is_form_S()
    {
        await using var test = await StartAsync(form: SealMode.IronCompatible);
        using var key = ClientFixture.Key();

        await QueueTwoAsync(test);

        Assert.Equal([Queue], test.Server.Requests.Select(request => request.Call));
        Assert.Equal(
            ["the secret Zoë", ""],
            test.Sent().Select(Payload).Select(sent => SymmetricSeal.TryOpen(sent, key, out var plain) ? Encoding.UTF8.GetString(plain) : null));
    }

    [Theory(Timeout = 10_000)]
    [InlineData(SealMode.Envelope)]
    [InlineData(SealMode.IronCompatible)]
    public async Task S34_I10_neither_key_nor_plain_text_travels(SealMode form)
    {
        await using var test = await StartAsync(form: form);
        var key = Convert.FromHexString(Hex);
        string[] secrets = [Hex, Hex.ToUpperInvariant(), Convert.ToBase64String(key), "secret", Convert.ToBase64String("the secret"u8)[..12]];

        await QueueTwoAsync(test);
        await test.Client.Schedules.CreateAsync(new NewSchedule { CodeName = "hello", Payload = "the secret Zoë" });

        Assert.All(test.Server.Requests, request =>
        {
            var sent = $"{request.Call}{request.Query}{string.Concat(request.Headers)}{Encoding.Latin1.GetString(request.Bytes)}"
                .Replace("secret-token", "", StringComparison.Ordinal);
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, sent, StringComparison.Ordinal));
            Assert.DoesNotContain(Encoding.Latin1.GetString(key), sent, StringComparison.Ordinal);
        });
    }

    [Fact(Timeout = 30_000)]
    public async Task Options_of_envelopes_are_rejected_in_the_other_forms_and_without_a_key()
    {
        using var pair = RSA.Create(2048);
        await using var published = await StartAsync(form: SealMode.IronCompatible);
        await using var rsa = await StartAsync(pair.ExportSubjectPublicKeyInfoPem());
        foreach (var client in (HybridClient[])[published.Client, rsa.Client, published.Test.Client])
        {
            foreach (var task in (NewTask[])[Two[0] with { Runs = "1" }, Two[0] with { NotAfter = DateTimeOffset.UnixEpoch }])
            {
                var refused = await Assert.ThrowsAsync<ArgumentException>(() => client.Tasks.EnqueueAsync(task));
                Assert.Contains("envelope", refused.Message, StringComparison.Ordinal);
            }
        }

        Assert.Empty(published.Server.Requests.Concat(rsa.Server.Requests));
    }

    [Fact(Timeout = 120_000)]
    public async Task S35_a_hundred_thousand_envelopes_from_many_threads_have_nothing_twice()
    {
        const int count = 100_000;
        using var key = ClientFixture.SealingKey();
        var header = new EnvelopeHeader { Project = ProjectId, Cluster = ClusterId, Code = "hello" };
        var made = new string[count];

        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = thread; i < count; i += 8)
            {
                made[i] = key.Seal("p"u8, header);
            }
        })));

        var parts = made.Select(envelope => envelope.Split('.')).ToList();
        Assert.Equal(count, parts.Select(part => part[3]).Distinct().Count());
        Assert.Equal(count, parts.Select(part => part[2]).Distinct().Count());
        Assert.Equal(count, parts.Select(part => part[4]).Distinct().Count());
    }

    [Fact(Timeout = 30_000)]
    public async Task One_public_key_serves_many_threads()
    {
        using var pair = RSA.Create(2048);
        using var key = ClientFixture.SealingKey(pair.ExportSubjectPublicKeyInfoPem());

        var made = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => key.SealIronCompatible(BitConverter.GetBytes(i)))));

        Assert.Equal(
            Enumerable.Range(0, 200),
            made.Select(text => RsaSeal.TryOpen(Encoding.ASCII.GetBytes(text), pair, out var plain) ? BitConverter.ToInt32(plain) : -1));
    }

    private static Task QueueTwoAsync(SealingClientFixture test)
    {
        test.Server.On(Queue, FakeResponse.Json("""{"msg":"Queued up","tasks":[{"id":"a"},{"id":"b"}]}"""));
        return test.Client.Tasks.EnqueueAsync(Two);
    }

    private static byte[] Payload(System.Text.Json.JsonElement sent) =>
        Encoding.ASCII.GetBytes(sent.GetProperty("payload").GetString()!);
}
