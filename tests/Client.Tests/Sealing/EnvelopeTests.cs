using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OrleansHybrid.Contracts.Sealing;

namespace OrleansHybrid.Client.Tests.Sealing;

/// <summary>Our own envelope: it opens with its key, says where it belongs, and nothing of it can be changed.</summary>
public sealed class EnvelopeTests : IDisposable
{
    private static readonly EnvelopeHeader Header = new()
    {
        Project = "0123456789abcdef01234567",
        Cluster = "89abcdef0123456789abcdef",
        Code = "héllo",
        Runs = "2",
        NotAfter = 1_800_000_000,
    };

    private readonly SymmetricKey _key = ClientFixture.Key();
    private readonly SymmetricKey _other = ClientFixture.Key("d3a90b64e17f528c0f9be6247c351100");

    public void Dispose()
    {
        _key.Dispose();
        _other.Dispose();
    }

    [Fact(Timeout = 10_000)]
    public async Task One_that_another_program_made_opens()
    {
        await Task.Yield();
        const string made =
            "oh1.5f2033049608a53c.eyJwcm9qZWN0IjoiMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3IiwiY2x1c3RlciI6Ijg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZiIsImNvZG"
            + "UiOiJow6lsbG8iLCJ0YXNrIjoiQUFFQ0F3UUZCZ2NJQ1FvTERBME9EdyIsInJ1bnMiOiIyIiwibm90X2FmdGVyIjoxODAwMDAwMDAwfQ.AAECAwQFBgcICQoL"
            + ".qNbLMMWn2Ld3o5-hqEB6gTEONspzWwJudA";

        Assert.Equal("5f2033049608a53c", _key.Id);
        Assert.True(Envelope.TryOpen(Encoding.ASCII.GetBytes(made), KeyOf, out var opened, out _));
        Assert.Equal("a payload", Encoding.UTF8.GetString(opened.Plaintext));
        Assert.Equal(Header with { Task = "AAECAwQFBgcICQoLDA0ODw" }, opened.Header);
    }

    [Fact(Timeout = 30_000)]
    public async Task Any_bytes_come_back_with_their_header()
    {
        await Task.Yield();
        Prop.ForAll<byte[]>(plain =>
        {
            var text = Encoding.ASCII.GetBytes(Envelope.Seal(plain, _key, Header));
            Assert.True(Envelope.TryOpen(text, KeyOf, out var opened, out _));
            Assert.Equal(plain, opened.Plaintext);
            Assert.Equal(Header, opened.Header with { Task = "" });
        }).QuickCheckThrowOnFailure();
    }

    [Fact(Timeout = 30_000)]
    public async Task S36_no_flipped_bit_of_it_opens()
    {
        await Task.Yield();
        var text = Encoding.ASCII.GetBytes(Envelope.Seal("a short payload"u8, _key, Header));
        for (var bit = 0; bit < text.Length * 8; bit++)
        {
            var flipped = (byte[])text.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertClosed(flipped);
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task S36_no_shorter_and_no_longer_one_opens()
    {
        await Task.Yield();
        var text = Envelope.Seal("a short payload"u8, _key, Header);
        Assert.All(Enumerable.Range(0, text.Length), length => AssertClosed(Encoding.ASCII.GetBytes(text[..length])));
        Assert.All(["A", "AAAA", ".", ".A", "=", " ", "\n"], more => AssertClosed(Encoding.ASCII.GetBytes(text + more)));
    }

    [Fact(Timeout = 10_000)]
    public async Task S37_no_part_of_one_fits_another()
    {
        await Task.Yield();
        var (one, two) = (Words(), Words());
        for (var part = 2; part < one.Length; part++)
        {
            var mixed = (string[])one.Clone();
            mixed[part] = two[part];
            AssertClosed(Encoding.ASCII.GetBytes(string.Join('.', mixed)));
        }

        string[] Words() => Envelope.Seal("a short payload"u8, _key, Header).Split('.');
    }

    [Fact(Timeout = 10_000)]
    public async Task Another_key_under_the_same_id_does_not_open_it()
    {
        await Task.Yield();
        var text = Encoding.ASCII.GetBytes(Envelope.Seal("a short payload"u8, _key, Header));
        Assert.False(Envelope.TryOpen(text, _ => _other, out _, out var asked));
        Assert.Equal(_key.Id, asked);
    }

    [Fact(Timeout = 30_000)]
    public async Task Random_bytes_never_open_and_never_throw()
    {
        await Task.Yield();
        Prop.ForAll<byte[], string>((bytes, text) =>
        {
            AssertClosed(bytes);
            AssertClosed([.. "oh1."u8, .. bytes]);
            AssertClosed(Encoding.UTF8.GetBytes($"oh1.{_key.Id}.{text}"));
            AssertClosed(Encoding.UTF8.GetBytes($"oh1.{_key.Id}.{Convert.ToBase64String(bytes).TrimEnd('=')}.AAECAwQFBgcICQoL.AAAA"));
        }).QuickCheckThrowOnFailure();
    }

    [Theory(Timeout = 10_000)]
    [InlineData("""{"project":"p","cluster":"c","code":"n","task":"AAECAwQFBgcICQoLDA0ODw","runs":"0"}""")]
    [InlineData("""{"project":"p","cluster":"c","code":"n","task":"AAECAwQFBgcICQoLDA0ODw","runs":"-1"}""")]
    [InlineData("""{"project":"p","cluster":"c","code":"n","task":"AAECAwQFBgcICQoLDA0ODw","runs":"many"}""")]
    [InlineData("""{"project":"p","cluster":"c","code":"n","task":"AAEC","runs":"1"}""")]
    [InlineData("""{"project":"p","cluster":"c","code":"n","runs":"1"}""")]
    [InlineData("""{"project":"p","task":"AAECAwQFBgcICQoLDA0ODw","runs":"1"}""")]
    [InlineData("null")]
    [InlineData("[]")]
    public async Task A_header_without_its_form_is_none(string json)
    {
        await Task.Yield();
        Assert.Null(EnvelopeHeader.TryParse(Encoding.UTF8.GetBytes(json)));
    }

    [Fact(Timeout = 10_000)]
    public async Task No_two_are_alike()
    {
        await Task.Yield();
        var many = Enumerable.Range(0, 1000).Select(_ => Envelope.Seal("x"u8, _key, Header)).ToList();
        Assert.Equal(many.Count, many.Select(text => text.Split('.')[2]).Distinct().Count());
        Assert.Equal(many.Count, many.Select(text => text.Split('.')[3]).Distinct().Count());
    }

    private SymmetricKey? KeyOf(string id) => id == _key.Id ? _key : null;

    private void AssertClosed(byte[] payload)
    {
        Assert.False(Envelope.TryOpen(payload, KeyOf, out var opened, out _));
        Assert.Null(opened);
    }
}
