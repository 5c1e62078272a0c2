using System.Text;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Client.Tests.Primitives.Text;

/// <summary>Secrets are replaced however a text is cut into pieces.</summary>
public sealed class SecretStreamRedactorTests
{
    [Theory]
    [InlineData("the secret", "secret", "the ***")]
    [InlineData("secretsecret", "secret", "******")]
    [InlineData("secre", "secret", "secre")]
    [InlineData("secsecret", "secret", "sec***")]
    [InlineData("abcabcabd", "abcabd", "abc***")]
    [InlineData("secrets and secret", "secret secrets", "*** and ***")]
    [InlineData("xabcdy", "abc bcd", "x***dy")]
    [InlineData("xabcd", "bcd abcdef", "xa***")]
    [InlineData("", "secret", "")]
    public void Redacted_output_does_not_depend_on_where_it_is_cut(string text, string secrets, string shown)
    {
        for (var first = 0; first <= text.Length; first++)
        {
            for (var second = first; second <= text.Length; second++)
            {
                Assert.Equal(shown, Redacted(secrets.Split(' '), text[..first], text[first..second], text[second..]));
            }
        }
    }

    [Fact]
    public void Chance_finds_no_cut_that_matters()
    {
        var chance = new Random(20261122);
        for (var round = 0; round < 5000; round++)
        {
            var secrets = Enumerable.Range(0, chance.Next(1, 4)).Select(_ => Letters(chance, 1, 5)).ToArray();
            var text = Letters(chance, 0, 30);
            var pieces = text.Select(letter => letter.ToString()).ToArray();
            Assert.Equal(Redacted(secrets, text), Redacted(secrets, pieces));
        }
    }

    private static string Redacted(string[] secrets, params string[] pieces)
    {
        var redactor = new SecretStreamRedactor(new SecretRedactor(secrets.Select(secret => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(secret))));
        var shown = pieces.SelectMany(piece => redactor.Redact(Encoding.UTF8.GetBytes(piece)).ToArray()).ToList();
        return Encoding.UTF8.GetString([.. shown, .. redactor.Flush()]);
    }

    private static string Letters(Random random, int min, int max) =>
        string.Concat(Enumerable.Range(0, random.Next(min, max + 1)).Select(_ => (char)('a' + random.Next(2))));
}
