using OrleansHybrid.Silo.Admin;
using OrleansHybrid.Silo.Commands;

namespace OrleansHybrid.Silo.Tests.Admin;

/// <summary>V2: the certificates of an installation as files.</summary>
public sealed class InstallationCertificatesTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder = Directory.CreateTempSubdirectory("hybrid-admin-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Authority => Path.Combine(_folder, "authority");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = 30_000)]
    public async Task V2_secrets_makes_what_silos_need_and_keeps_the_authoritys_key_elsewhere()
    {
        Assert.Equal(0, await RunAsync("secrets", "--data", Data, "--authority", Authority));

        var certificates = Path.Combine(Data, "certificates");
        Assert.Null(InstallationCertificates.OfSilo(certificates).FindProblem(TimeProvider.System.GetUtcNow()));
        Assert.Equal(["ca.crt", "ca.key"], Names(Authority));
        Assert.Equal(["ca.crt", "silo.crt", "silo.key"], Names(certificates));
        Assert.DoesNotContain(
            Directory.GetFiles(Data, "*", SearchOption.AllDirectories),
            file => File.ReadAllText(file).Contains(File.ReadAllText(Path.Combine(Authority, "ca.key")), StringComparison.Ordinal));
        if (OperatingSystem.IsLinux())
        {
            Assert.All(
                Directory.GetFiles(certificates).Concat(Directory.GetFiles(Authority)), file => Assert.Equal(OwnerOnly, File.GetUnixFileMode(file)));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task V2_what_is_there_is_never_written_over()
    {
        await RunAsync("secrets", "--data", Data, "--authority", Authority);
        await RunAsync("certificate", "app", "billing", "--data", Data, "--authority", Authority);
        var before = Contents();

        Assert.Equal(0, await RunAsync("secrets", "--data", Data, "--authority", Authority));
        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => RunAsync("certificate", "runner", "billing", "--data", Data, "--authority", Authority));

        Assert.Contains("is there already", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Contents());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("--authority", "app", "billing", "nowhere")]
    [InlineData("admin", "admin", "billing", "authority")]
    [InlineData("NAME", "app", "../billing", "authority")]
    [InlineData("NAME", "app", ".hidden", "authority")]
    public async Task V2_a_certificate_that_can_t_be_made_is_rejected_in_words(string named, string role, string name, string authority)
    {
        await RunAsync("secrets", "--data", Data, "--authority", Authority);

        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => RunAsync("certificate", role, name, "--data", Path.Combine(_folder, "out"), "--authority", Path.Combine(_folder, authority)));

        Assert.StartsWith(named, refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "out")));
    }

    [Fact(Timeout = 30_000)]
    public async Task V2_another_installations_authority_signs_nothing_for_these_silos()
    {
        await RunAsync("secrets", "--data", Data, "--authority", Authority);
        var other = Path.Combine(_folder, "other");
        await RunAsync("secrets", "--data", Path.Combine(_folder, "theirs"), "--authority", other);

        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => RunAsync("certificate", "app", "billing", "--data", Path.Combine(Data, "certificates"), "--authority", other));

        Assert.Contains("another authority's", refused.Message, StringComparison.Ordinal);
    }

    private static Task<int> RunAsync(params string[] arguments) => SiloCommand.RunAsync(
        ["admin", .. arguments], TextWriter.Null, TextWriter.Null);

    private static IEnumerable<string> Names(string folder) => Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    private Dictionary<string, string> Contents() =>
        Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllText);
}
