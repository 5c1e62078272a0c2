using System.Security.Cryptography;
using System.Text.Json;
using OrleansHybrid.Contracts.Sealing;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests.Commands;

/// <summary>Keys that the program makes, and their ids.</summary>
public sealed class KeygenCommandTests
{
    private const string Key = "5c1f0e3b9a7748d2b6e4037fa1c8eeff";

    [Theory(Timeout = 10_000)]
    [InlineData("", 32)]
    [InlineData("--bits 192", 48)]
    [InlineData("-bits=256", 64)]
    public async Task A_made_key_is_a_good_one_and_never_the_same(string flag, int digits)
    {
        await using var test = await StartUnconfiguredAsync();

        var first = await test.RunAsync($"keygen {flag}");
        var second = await test.RunAsync($"keygen {flag}");

        Assert.Equal((0, digits + 1), (first.ExitCode, first.Out.Length));
        Assert.NotEqual(first.Out, second.Out);
        Assert.True(SymmetricKey.TryParse(first.Out, out var key, out var problem), problem);
        key.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_made_pair_fits_together_and_its_private_half_is_the_owners_alone()
    {
        await using var test = await StartUnconfiguredAsync();

        var outcome = await test.RunAsync("keygen --rsa --out keys --json");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        var told = JsonDocument.Parse(outcome.Out).RootElement;
        var (secret, open) = (told.GetProperty("private").GetString()!, told.GetProperty("public").GetString()!);
        Assert.Equal(Path.Combine(test.WorkingFolder, "keys"), Path.GetDirectoryName(secret));
        using var pair = RSA.Create();
        pair.ImportFromPem(await File.ReadAllTextAsync(secret));
        Assert.Equal(3072, pair.KeySize);
        Assert.Equal($"{pair.ExportSubjectPublicKeyInfoPem()}\n", await File.ReadAllTextAsync(open));
        Assert.DoesNotContain("PRIVATE KEY", outcome.Out, StringComparison.Ordinal);
        Assert.True(DecryptionKeys.TryParse(await File.ReadAllTextAsync(secret), out var keys, out var problem), problem);
        using (keys)
        {
            Assert.Equal(Assert.Single(keys.Ids), told.GetProperty("key_id").GetString());
        }

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(secret));
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("decryption-key.pem", "encryption-key.pem")]
    [InlineData("encryption-key.pem", "decryption-key.pem")]
    public async Task A_file_that_is_there_is_never_overwritten_and_no_half_of_a_pair_is_left(string there, string other)
    {
        await using var test = await StartUnconfiguredAsync();
        var path = test.WriteFile(there, "mine");

        var outcome = await test.RunAsync("keygen --rsa --out .");

        Assert.Equal(ExitCodes.Failure, outcome.ExitCode);
        Assert.Contains(there, outcome.Error, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(path));
        Assert.False(File.Exists(Path.Combine(test.WorkingFolder, other)));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("keygen --rsa")]
    [InlineData("keygen --out keys")]
    [InlineData("keygen --rsa --out keys --bits 128")]
    public async Task A_pair_goes_to_files_and_a_hex_key_does_not(string line)
    {
        await using var test = await StartUnconfiguredAsync();

        Assert.Equal(ExitCodes.UsageError, (await test.RunAsync(line)).ExitCode);
        Assert.False(Directory.Exists(Path.Combine(test.WorkingFolder, "keys")));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("--encryption-key " + Key)]
    [InlineData("--encryption-key-file -")]
    [InlineData("")]
    public async Task The_id_of_a_key_is_the_one_that_its_runners_show(string flag)
    {
        await using var test = await StartUnconfiguredAsync();
        test.Input = Key;
        if (flag.Length == 0)
        {
            test.Variables["HYBRID_ENCRYPTION_KEY"] = Key;
        }

        var outcome = await test.RunAsync($"key id {flag}");

        Assert.True(DecryptionKeys.TryParse(Key, out var keys, out var problem), problem);
        using (keys)
        {
            Assert.Equal((0, $"{Assert.Single(keys.Ids)}\n"), (outcome.ExitCode, outcome.Out));
        }

        Assert.DoesNotContain(Key, outcome.Out + outcome.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_id_of_a_private_key_is_that_of_its_public_half()
    {
        await using var test = await StartUnconfiguredAsync();
        using var pair = RSA.Create(2048);
        using var other = RSA.Create(2048);
        test.WriteFile("private.pem", pair.ExportPkcs8PrivateKeyPem());
        test.WriteFile("public.pem", pair.ExportSubjectPublicKeyInfoPem());
        test.WriteFile("both.pem", $"{pair.ExportPkcs8PrivateKeyPem()}\n{other.ExportRSAPrivateKeyPem()}");

        var secret = await test.RunAsync("key id --encryption-key-file private.pem");
        var open = await test.RunAsync("key id --encryption-key-file public.pem");
        Assert.Equal((0, open.Out), (secret.ExitCode, secret.Out));
        Assert.Matches("^[0-9a-f]{16}\n$", secret.Out);

        var both = await test.RunAsync("key id --encryption-key-file both.pem");
        Assert.Equal((ExitCodes.ConfigError, ""), (both.ExitCode, both.Out));
        Assert.Contains("holds 2 keys", both.Error, StringComparison.Ordinal);
        Assert.Contains(open.Out.TrimEnd(), both.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task Without_a_key_there_is_no_id()
    {
        await using var test = await StartUnconfiguredAsync();

        var outcome = await test.RunAsync("key id");

        Assert.Equal((ExitCodes.ConfigError, ""), (outcome.ExitCode, outcome.Out));
        Assert.Contains("HYBRID_ENCRYPTION_KEY", outcome.Error, StringComparison.Ordinal);
    }
}
