using System.Security.Cryptography;
using System.Text.Json;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.RunnerProtocol;

/// <summary>A runner gets the zip of a task that it holds a live lease of, and of no other.</summary>
public abstract class ZipDownloadContractTests(TestSilo silo)
{
    [Fact(Timeout = 30_000)]
    public async Task X4_an_assignment_says_which_zip_it_needs_and_the_zip_comes_in_pieces()
    {
        var zip = TestZips.OfSize(5 << 19);
        var (runner, order, _) = await TakeAsync(zip, "chance");

        var fetched = new MemoryStream();
        while (fetched.Length < order.Zip!.Size)
        {
            fetched.Write(Data(await FetchAsync(runner, order.Lease, fetched.Length)));
        }

        Assert.Equal(zip, fetched.ToArray());
        Assert.Equal(
            (1, Convert.ToHexStringLower(SHA256.HashData(zip)), "chance", "sh"),
            (order.Zip.Rev, order.Zip.Sha256, order.Zip.FileName, order.Zip.Runtime));
        Assert.Equal(zip[^3..], Data(await FetchAsync(runner, order.Lease, zip.Length - 3)));
        Assert.Equal(400, (await FetchAsync(runner, order.Lease, zip.Length)).Status);
        Assert.Equal(400, (await FetchAsync(runner, order.Lease, -1)).Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_task_keeps_the_zip_of_the_revision_it_was_queued_with()
    {
        var (tenant, runner) = await ReadyAsync();
        await tenant.SendZipAsync(TestZips.Small, """{"name":"hello","image":"busybox"}""");
        await tenant.QueueAsync();
        await tenant.UploadAsync("""{"name":"hello","image":"busybox"}""");
        await tenant.QueueAsync();

        var orders = (await runner.ClaimAsync(wanted: 2)).Tasks;

        Assert.Null(orders[1].Zip);
        Assert.Equal(TestZips.Small, Data(await FetchAsync(runner, orders[0].Lease, 0)));
        Assert.Equal((404, "Zip not found"), await FetchAsync(runner, orders[1].Lease, 0) is var none ? (none.Status, none.Msg) : default);
    }

    [Fact(Timeout = 30_000)]
    public async Task S5_whoever_holds_no_live_lease_of_the_task_gets_nothing()
    {
        var (runner, order, tenant) = await TakeAsync(TestZips.Small);
        var other = await tenant.EnrolAsync(await tenant.NewClusterAsync());

        Assert.Equal(409, (await FetchAsync(other, order.Lease, 0)).Status);
        Assert.Equal(409, (await FetchAsync(runner, order.Lease with { Attempt = 2 }, 0)).Status);
        Assert.Equal(409, (await FetchAsync(runner, order.Lease with { Token = new string('0', 32) }, 0)).Status);
        Assert.Equal(401, (await FetchAsync(tenant.Api.WithToken("wrong", "Bearer"), order.Lease, 0)).Status);
        Assert.Equal(200, (await FetchAsync(runner, order.Lease, 0)).Status);

        await runner.FinishAsync(order.Lease, "complete", exitCode: 0);
        Assert.Equal(409, (await FetchAsync(runner, order.Lease, 0)).Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_cancelled_task_needs_its_zip_no_more()
    {
        var (runner, order, tenant) = await TakeAsync(TestZips.Small);
        await tenant.Api.PostAsync($"{tenant.Project}/tasks/{order.Lease.TaskId}/cancel", "{}");

        Assert.Equal(409, (await FetchAsync(runner, order.Lease, 0)).Status);
    }

    private async Task<(Tenant Tenant, TestRunner Runner)> ReadyAsync()
    {
        var tenant = await silo.NewTenantAsync();
        return (tenant, await tenant.EnrolAsync(await tenant.NewClusterAsync()));
    }

    private async Task<(TestRunner Runner, TaskAssignment Order, Tenant Tenant)> TakeAsync(byte[] zip, string file = "hello.sh")
    {
        var (tenant, runner) = await ReadyAsync();
        var data = $$"""{"name":"hello","image":"busybox","runtime":"sh","file_name":"{{file}}"}""";
        (await tenant.SendZipAsync(zip, data)).Ok();
        await tenant.QueueAsync();
        return (runner, await runner.ClaimOneAsync(), tenant);
    }

    private static Task<ApiResponse> FetchAsync(TestRunner runner, LeaseRef lease, long offset) =>
        FetchAsync(runner.Api, lease, offset);

    private static Task<ApiResponse> FetchAsync(ApiClient api, LeaseRef lease, long offset) => api.PostAsync(
        "/runner/v1/zip",
        JsonSerializer.Serialize(new ZipRequest { Lease = lease, Offset = offset }, RunnerJson.Default.ZipRequest));

    private static byte[] Data(ApiResponse reply) => JsonSerializer.Deserialize(
        reply.Status == 200 ? reply.Body : throw new InvalidOperationException(reply.ToString()),
        RunnerJson.Default.ZipResponse)!.Data;
}
