using System.Security.Cryptography.X509Certificates;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Jarvice;
using OrleansHybrid.Launcher.Tests.Secrets;

namespace OrleansHybrid.Launcher.Tests.Jarvice;

public sealed class JarviceTlsTests : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly TestCertificateAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_certificate_of_an_authority_that_the_operator_names_is_taken()
    {
        await using var under = await StartAsync(certificate => certificate.Issue("localhost", Now.AddDays(-1), Now.AddDays(1)));

        Assert.NotEmpty(await under.Provider.MachinesAsync(default));
    }

    public static TheoryData<string> Refused() => ["self-signed", "expired", "not yet", "wrong name", "unknown authority"];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Refused))]
    public async Task Any_other_certificate_is_rejected_before_the_key_is_sent(string kind)
    {
        await using var under = await StartAsync(
            authority => kind switch
            {
                "self-signed" => TestCertificateAuthority.SelfSigned("localhost"),
                "expired" => authority.Issue("localhost", Now.AddDays(-2), Now.AddDays(-1)),
                "not yet" => authority.Issue("localhost", Now.AddDays(1), Now.AddDays(2)),
                "wrong name" => authority.Issue("elsewhere.example", Now.AddDays(-1), Now.AddDays(1)),
                _ => authority.Issue("localhost", Now.AddDays(-1), Now.AddDays(1)),
            },
            isNamed: kind != "unknown authority");

        var refused = await Assert.ThrowsAsync<ProviderException>(() => under.Provider.SubmitAsync(JarviceProviderFixture.Job, default));

        Assert.Equal((ProviderErrorKind.Unreachable, null), (refused.Kind, refused.InnerException));
        Assert.Empty(under.Fake.RequestLog.All);
    }

    [Theory]
    [InlineData("http://api.example")]
    [InlineData("http://10.0.0.1/api")]
    [InlineData("ftp://localhost")]
    [InlineData("https://user:password@api.example")]
    [InlineData("https://api.example/?a=b")]
    [InlineData("https://api.example/#a")]
    public void An_address_that_would_show_the_key_or_is_more_than_an_address_is_rejected(string address)
    {
        var refused = Assert.Throws<ConfigurationException>(() => new JarviceOptions { BaseAddress = new Uri(address), Username = "u" });

        Assert.DoesNotContain("password", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://api.example/api", "https://api.example/api/jarvice/jobs")]
    [InlineData("https://api.example/api/", "https://api.example/api/jarvice/jobs")]
    [InlineData("https://api.example", "https://api.example/jarvice/jobs")]
    [InlineData("http://localhost:8080/a/b", "http://localhost:8080/a/b/jarvice/jobs")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080/jarvice/jobs")]
    public void The_path_of_an_address_is_kept(string address, string call) => Assert.Equal(
        new Uri(call), new Uri(new JarviceOptions { BaseAddress = new Uri(address), Username = "u" }.BaseAddress, "jarvice/jobs"));

    [Fact]
    public void Submissions_never_go_by_get() => Assert.Throws<ConfigurationException>(() => new JarviceOptions
    {
        BaseAddress = new Uri("https://api.example"),
        Username = "u",
        GetFallback = new HashSet<ProviderCall> { ProviderCall.Submit },
    });

    [Fact]
    public void A_file_of_authorities_without_one_is_rejected()
    {
        using var file = new ApiKeyFile("nothing");

        Assert.Throws<ConfigurationException>(() => new JarviceHttp(
            new JarviceOptions { BaseAddress = new Uri("https://api.example"), Username = "u", CaFile = file.Path }, TimeProvider.System));
    }

    private async Task<JarviceProviderFixture> StartAsync(
        Func<TestCertificateAuthority, X509Certificate2> certificate, bool isNamed = true)
    {
        using var authorities = new ApiKeyFile(_authority.Pem);
        using var other = new TestCertificateAuthority();
        using var others = new ApiKeyFile(other.Pem);
        return await JarviceProviderFixture.StartAsync(
            options => options with
            {
                BaseAddress = new UriBuilder(options.BaseAddress) { Host = "localhost" }.Uri,
                CaFile = isNamed ? authorities.Path : others.Path,
            },
            options => options with { Certificate = certificate(_authority) });
    }
}
