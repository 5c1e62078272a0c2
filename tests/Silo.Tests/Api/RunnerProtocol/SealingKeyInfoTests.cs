using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.RunnerProtocol;

/// <summary>The facts that the control plane passes on about keys that it never sees.</summary>
public sealed class SealingKeyInfoTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private const string One = "0123456789abcdef";
    private const string Two = "fedcba9876543210";

    [Fact(Timeout = 30_000)]
    public async Task K5_a_cluster_whose_runners_have_different_keys_says_so()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.EnrolAsync(cluster, keyIds: [Two, One]);
        await tenant.EnrolAsync(cluster, keyIds: [One, Two]);

        var alike = await InfoAsync();
        Assert.False(alike.TryGetProperty("mixed_keys", out _));
        Assert.All(alike.GetProperty("machines").EnumerateArray(), machine =>
            Assert.Equal([One, Two], machine.GetProperty("key_ids").EnumerateArray().Select(id => id.GetString())));

        var odd = await tenant.EnrolAsync(cluster, keyIds: [One]);
        Assert.True((await InfoAsync()).GetProperty("mixed_keys").GetBoolean());

        await odd.ReleaseAsync(leaving: true);
        Assert.False((await InfoAsync()).TryGetProperty("mixed_keys", out _));

        await tenant.EnrolAsync(cluster);
        Assert.True((await InfoAsync()).GetProperty("mixed_keys").GetBoolean());

        async Task<System.Text.Json.JsonElement> InfoAsync() =>
            (await tenant.Api.GetAsync($"/2/clusters/{cluster}")).Ok().GetProperty("cluster");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("[\"0123456789abcde\"]")]
    [InlineData("[\"0123456789ABCDEF\"]")]
    [InlineData("[\"<script>alert(1)\"]")]
    [InlineData("[null]")]
    [InlineData("[\"0000000000000000\",\"0000000000000001\",\"0000000000000002\",\"0000000000000003\",\"0000000000000004\",\"0000000000000005\","
        + "\"0000000000000006\",\"0000000000000007\",\"0000000000000008\"]")]
    public async Task A_value_that_is_no_list_of_key_ids_is_rejected(string ids)
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var token = await tenant.ClusterTokenAsync(cluster);

        var reply = await tenant.Api.WithToken(token, "Bearer").PostAsync(
            "/runner/v1/enrol",
            $$"""{"cluster_id":"{{cluster}}","name":"box","version":"1","slots":1,"executor":"process","key_ids":{{ids}}}""");

        Assert.Equal(400, reply.Status);
        Assert.Contains("key_ids", reply.Msg, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_signature_reaches_the_runner_as_it_was_uploaded()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var code = await tenant.UploadAsync("""{"name":"hello","image":"busybox","signature":"ohs1.0123456789abcdef.AA-_"}""");
        var runner = await tenant.EnrolAsync(cluster);
        await tenant.QueueAsync();

        Assert.Equal("ohs1.0123456789abcdef.AA-_", (await runner.ClaimOneAsync()).Signature);
        Assert.Equal("ohs1.0123456789abcdef.AA-_", (await tenant.CodeAsync(code)).GetProperty("signature").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_malformed_signature_is_rejected()
    {
        var tenant = await silo.NewTenantAsync();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("""{"name":"hello","image":"busybox","signature":"<b>"}"""), "data" },
        };

        var reply = await tenant.Api.SendAsync(HttpMethod.Post, $"{tenant.Project}/codes", form);

        Assert.Equal(400, reply.Status);
        Assert.Contains("signature", reply.Msg, StringComparison.Ordinal);
    }
}
