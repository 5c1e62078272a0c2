using System.Security.Cryptography;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Security;

/// <summary>The key under which secrets are stored, and the file that it is kept in.</summary>
public sealed class ServerKeyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hybrid-key-").FullName;

    private string KeyFile => Path.Combine(_folder, "server.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_sealed_value_opens_at_its_own_place_only()
    {
        using var key = new ServerKey(RandomNumberGenerator.GetBytes(32));
        var box = key.Seal("secret ü", "here");

        Assert.Equal("secret ü", key.Open(box, "here"));
        Assert.ThrowsAny<CryptographicException>(() => key.Open(box, "there"));
        Assert.ThrowsAny<CryptographicException>(() => key.Open([], "here"));
        using var other = new ServerKey(RandomNumberGenerator.GetBytes(32));
        Assert.ThrowsAny<CryptographicException>(() => other.Open(box, "here"));
    }

    [Fact]
    public void Any_changed_bit_is_noticed()
    {
        using var key = new ServerKey(RandomNumberGenerator.GetBytes(32));
        var box = key.Seal("x", "here");

        Assert.All(Enumerable.Range(0, box.Length * 8), bit =>
        {
            var changed = (byte[])box.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.ThrowsAny<CryptographicException>(() => key.Open(changed, "here"));
        });
    }

    [Fact]
    public void A_key_is_made_once_and_for_its_owner_only()
    {
        using var first = ServerKeyFile.ReadOrCreate(KeyFile);
        using var second = ServerKeyFile.ReadOrCreate(KeyFile);

        Assert.Equal(first.Fingerprint, second.Fingerprint);
        Assert.Equal(32, new FileInfo(KeyFile).Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\ufeff")]
    public void A_key_may_be_written_in_hex_B8_behind_a_byte_order_mark_too(string mark)
    {
        var bytes = RandomNumberGenerator.GetBytes(32);
        File.WriteAllText(KeyFile, $"{mark}{Convert.ToHexString(bytes)}\n");
        using var written = ServerKeyFile.Read(KeyFile);
        using var plain = new ServerKey(bytes);

        Assert.Equal(plain.Fingerprint, written.Fingerprint);
    }

    [Theory]
    [InlineData("")]
    [InlineData("too short")]
    [InlineData("zz11223344556677889900aabbccddeeff00112233445566778899aabbccddee")]
    public void A_file_that_is_no_key_is_rejected_with_the_remedy(string content)
    {
        File.WriteAllText(KeyFile, content);

        var refusal = Assert.Throws<ConfigurationException>(() => ServerKeyFile.Read(KeyFile));

        Assert.StartsWith("HYBRID_SERVER_KEY_FILE", refusal.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_database_is_used_with_its_own_key_only()
    {
        var data = Path.Combine(_folder, "data");
        await using (await TestSilo.StartAsync(null, ("HYBRID_DATA", data)))
        {
            File.Delete(Path.Combine(data, "server.key"));
        }

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => TestSilo.StartAsync(null, ("HYBRID_DATA", data)));
    }
}
