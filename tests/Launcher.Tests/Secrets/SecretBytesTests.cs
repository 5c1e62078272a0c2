using System.Text.Json;
using OrleansHybrid.Launcher.Secrets;

namespace OrleansHybrid.Launcher.Tests.Secrets;

public sealed class SecretBytesTests
{
    [Fact]
    public void A_secret_shows_itself_as_three_stars()
    {
        using var secret = new SecretBytes("open sesame"u8);

        Assert.Equal("***", $"{secret}");
        Assert.Equal("open sesame"u8, secret.Span);
    }

    [Fact]
    public void A_secret_is_overwritten_when_it_is_let_go()
    {
        var secret = new SecretBytes("open sesame"u8);
        var memory = secret.Memory;

        secret.Dispose();

        Assert.True(secret.IsDisposed);
        Assert.Equal(new byte[11], memory.ToArray());
        Assert.Throws<ObjectDisposedException>(() => secret.Memory);
    }

    [Fact]
    public void A_secret_keeps_its_place_in_memory()
    {
        using var secret = new SecretBytes("open sesame"u8);
        var before = Address(secret);

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);

        Assert.Equal(before, Address(secret));
    }

    [Fact]
    public void Json_takes_no_secret_in_either_direction()
    {
        using var secret = new SecretBytes("open sesame"u8);

        Assert.Throws<NotSupportedException>(() => JsonSerializer.Serialize(secret));
        Assert.Throws<NotSupportedException>(() => JsonSerializer.Serialize(new { Inside = secret }));
        Assert.Throws<NotSupportedException>(() => JsonSerializer.Deserialize<SecretBytes>("\"open sesame\""));
    }

    [Fact]
    public void Nothing_turns_a_secret_into_something_else_or_compares_it_unseen()
    {
        var members = typeof(SecretBytes).GetMethods().Where(method => method.DeclaringType == typeof(SecretBytes)).ToList();

        Assert.Contains(members, member => member.Name == "ToString");
        Assert.DoesNotContain(members, member => member.Name.StartsWith("op_", StringComparison.Ordinal) || member.Name == "Equals");
    }

    [Fact]
    public void Collected_bytes_are_overwritten_when_they_move_and_when_they_are_disposed()
    {
        var writer = new SecretWriter(0);
        writer.GetSpan(300).Fill(7);
        writer.Advance(300);
        var first = writer.WrittenMemory;
        _ = writer.GetSpan(4096);
        var second = writer.WrittenMemory;

        Assert.All(first.ToArray(), letter => Assert.Equal(0, letter));
        Assert.All(second.ToArray(), letter => Assert.Equal(7, letter));
        writer.Dispose();
        Assert.All(second.ToArray(), letter => Assert.Equal(0, letter));
    }

    private static unsafe nint Address(SecretBytes secret)
    {
        fixed (byte* start = secret.Span)
        {
            return (nint)start;
        }
    }
}
