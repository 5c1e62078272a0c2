using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansHybrid.Launcher.Jarvice;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Support;

namespace OrleansHybrid.Launcher.Tests.Policy;

/// <summary>V11: files that decide what is run, for whom, and who is believed are refused where others than their owner may change them.</summary>
public sealed partial class PolicyFilePermissionTests : IDisposable
{
    private const UnixFileMode Usual = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly PolicyFolder _files = new();

    public void Dispose()
    {
        File.SetUnixFileMode(_files.Folder, Folder);
        _files.Dispose();
    }

    [Theory]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)]
    public void A_policy_that_others_may_write_is_rejected_by_name_with_the_remedy(UnixFileMode bits)
    {
        File.SetUnixFileMode(_files.Policy, Usual | bits);

        var wrong = Assert.Throws<PolicyException>(() => PolicySnapshot.ReadPolicy(_files.Policy)).Message;

        Assert.Equal($"{_files.Policy} is open to others than its owner ({bits}): chmod go-w.", wrong);
    }

    [Theory]
    [InlineData(Usual)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead)]
    public void A_policy_that_others_may_read_is_taken(UnixFileMode mode)
    {
        File.SetUnixFileMode(_files.Policy, mode);

        Assert.Equal("nimbix", PolicySnapshot.ReadPolicy(_files.Policy).Account);
    }

    [Theory]
    [InlineData("policy.yaml")]
    [InlineData("secret")]
    public void A_file_in_a_folder_where_everybody_may_replace_it_is_rejected_and_one_in_a_sticky_folder_is_not(string name)
    {
        File.SetUnixFileMode(_files.Folder, Folder | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        Assert.Contains("everybody may replace it: chmod o-w", Refused(name), StringComparison.Ordinal);

        File.SetUnixFileMode(_files.Folder, Folder | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.StickyBit);
        Assert.Null(Refused(name));
    }

    [Fact]
    public void A_link_in_a_good_folder_to_a_file_in_an_open_one_is_rejected()
    {
        var open = Path.Combine(_files.Folder, "open");
        Directory.CreateDirectory(open);
        File.Move(_files.Policy, Path.Combine(open, "policy.yaml"));
        File.CreateSymbolicLink(_files.Policy, Path.Combine(open, "policy.yaml"));
        Assert.Null(Refused("policy.yaml"));

        File.SetUnixFileMode(open, Folder | UnixFileMode.OtherWrite);
        Assert.Contains("everybody may replace it", Refused("policy.yaml"), StringComparison.Ordinal);
    }

    [RootFact]
    public void A_policy_of_somebody_else_is_rejected()
    {
        Assert.Equal(0, ChangeOwner(_files.Policy, 65534, 65534));

        Assert.Contains("belongs neither", Refused("policy.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_silo_that_runs_keeps_its_policy_when_the_file_becomes_open_to_others()
    {
        using var live = _files.Open();
        var before = live.Current.Policy.Version;
        _files.Write("policy.yaml", $"{PolicyFolder.Usual}strict_hash: true\n");
        File.SetUnixFileMode(_files.Policy, Usual | UnixFileMode.OtherWrite);

        live.Reload();

        Assert.Equal(before, live.Current.Policy.Version);
        Assert.Contains(_files.Logs.All, line => line.Contains("chmod go-w", StringComparison.Ordinal));
    }

    [Fact]
    public void A_certificate_and_a_list_of_authorities_that_others_may_write_are_rejected()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=launcher", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        _files.Write("launcher.pem", certificate.ExportCertificatePem());
        _files.Write("launcher.key", key.ExportPkcs8PrivateKeyPem());
        _files.Write("policy.yaml", $"{PolicyFolder.Usual}certificate_file: SECRETS/launcher.pem\nkey_file: SECRETS/launcher.key\n");
        var pem = Path.Combine(_files.Folder, "launcher.pem");
        _files.Open().Dispose();
        Assert.NotNull(JarviceTls.CreateOptions(pem).CertificateChainPolicy);

        File.SetUnixFileMode(pem, Usual | UnixFileMode.GroupWrite);

        Assert.Contains("launcher.pem is open to others", Assert.Throws<ConfigurationException>(() => _files.Open()).Message, StringComparison.Ordinal);
        Assert.Contains("launcher.pem is open to others", Assert.Throws<ConfigurationException>(() => JarviceTls.CreateOptions(pem)).Message, StringComparison.Ordinal);
    }

    private string? Refused(string name)
    {
        try
        {
            var path = Path.Combine(_files.Folder, name);
            _ = name == "secret" ? $"{SecretFile.Read(path).Stamp}" : SecretFile.ReadText(path, 4096);
            return null;
        }
        catch (UnusableSecretException ex)
        {
            return ex.Message;
        }
    }

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
