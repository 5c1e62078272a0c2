using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.GrainClient;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Apps;

/// <summary>The contract over the grains of the app's own process.</summary>
public sealed class InProcessHybridTasksTests(InProcessHybridTasksTests.InProcessFixture way) : HybridTasksContractTests(way), IClassFixture<InProcessHybridTasksTests.InProcessFixture>
{
    [Fact(Timeout = 60_000)]
    public async Task I12_a_request_over_16_MiB_is_rejected()
    {
        var tenant = await (await Silo.NewTenantAsync()).ReadyAsync();
        var tasks = await OpenAsync(tenant);
        var large = new NewTask { CodeName = "hello", Payload = new string('x', 60_000) };

        var refused = await Assert.ThrowsAsync<HybridException>(
            () => tasks.EnqueueAsync([.. Enumerable.Repeat(large, 300)]));

        Assert.Equal(
            (HttpStatusCode.RequestEntityTooLarge, "The request is too large"), (refused.Status, refused.ServerMessage));
        Assert.Empty(await tenant.ListAsync());
    }

    [Fact]
    public void Without_a_project_nothing_is_added()
    {
        var wrong = Assert.Throws<ArgumentException>(
            () => new ServiceCollection().AddHybridGrainClient(new HybridGrainClientOptions { Token = "token" }));

        Assert.Contains("ProjectId", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void V2_without_a_token_nothing_is_added()
    {
        var options = new HybridGrainClientOptions { ProjectId = "p", Token = "" };

        var wrong = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddHybridGrainClient(options));

        Assert.Contains("Token", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "CertificateFile, KeyFile and CaFile")]
    [InlineData("/nowhere/app.crt", "/nowhere/app.crt can't be read")]
    public void V2_without_a_certificate_there_is_no_way_to_a_gateway(string? file, string why)
    {
        var options = new HybridGrainClientOptions
        {
            ProjectId = "p",
            Token = "token",
            Gateways = ["silo-1:30000"],
            CertificateFile = file,
            KeyFile = file,
            CaFile = file,
        };

        var wrong = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddHybridGrainClient(options));

        Assert.Contains(why, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("token", options.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("silo-1")]
    [InlineData("silo-1:")]
    [InlineData(":30000")]
    public void A_gateway_that_can_t_be_is_rejected(string gateway)
    {
        var options = new HybridGrainClientOptions { ProjectId = "p", Token = "token", Gateways = ["silo-1:30000", gateway] };

        var wrong = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddHybridGrainClient(options));

        Assert.Contains("HOST:PORT", wrong.Message, StringComparison.Ordinal);
    }

    public sealed class InProcessFixture : HybridTasksFixture
    {
        internal override void Add(IServiceCollection services, Tenant tenant, EncryptionKey? key) => services
            .AddSingleton(Silo.Get<IGrainFactory>())
            .AddHybridGrainClient(new HybridGrainClientOptions { ProjectId = tenant.ProjectId, Token = tenant.Api.Token, EncryptionKey = key });
    }
}
