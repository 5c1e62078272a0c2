using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Launcher.Tests.Secrets;

public sealed class SecretRegistrationTests
{
    private const string Secret = "k3y/with+odd&\"signs\"é=";

    private readonly SecretRedactor _redactor = new();
    private readonly IDisposable _registration;

    public SecretRegistrationTests() => _registration = new SecretRegistration(_redactor, Encoding.UTF8.GetBytes(Secret));

    public static TheoryData<string> Forms()
    {
        var relaxed = new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        var forms = new TheoryData<string>
        {
            Secret,
            Uri.EscapeDataString(Secret),
            Uri.EscapeDataString(Secret).ToLowerInvariant(),
            WebUtility.UrlEncode(Secret),
            JsonSerializer.Serialize(Secret)[1..^1],
            JsonSerializer.Serialize(Secret, relaxed)[1..^1],
            JsonSerializer.Serialize(Secret, relaxed)[1..^1].Replace("/", "\\/", StringComparison.Ordinal),
        };
        return forms;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_form_of_a_secret_is_replaced(string form) =>
        Assert.Equal("before *** between *** after", _redactor.Redact($"before {form} between {form} after"));

    [Theory]
    [InlineData("")]
    [InlineData("u")]
    [InlineData("us")]
    [InlineData("use")]
    [InlineData("user:")]
    public void A_secret_within_a_text_in_base64_is_replaced_wherever_it_begins(string before)
    {
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{before}{Secret} and more"));
        var forUrls = encoded.Replace('+', '-').Replace('/', '_');

        foreach (var text in new[] { encoded, forUrls })
        {
            var scrubbed = _redactor.Redact(text);

            Assert.Contains("***", scrubbed, StringComparison.Ordinal);
            var longest = text.Split(scrubbed.Split("***"), StringSplitOptions.RemoveEmptyEntries).Max(part => part.Length);
            Assert.InRange(longest, (Encoding.UTF8.GetByteCount(Secret) * 8 / 6) - 2, text.Length);
        }
    }

    [Fact]
    public void Other_text_stays_as_it_is()
    {
        var text = string.Concat(Enumerable.Range(0, 2000).Select(i => $"{i:x} %2B \\u002B k3y/with+odd&\n"));

        Assert.Equal(text, _redactor.Redact(text));
    }

    [Fact]
    public void The_longest_of_two_secrets_that_begin_together_is_replaced()
    {
        using var other = new SecretRegistration(_redactor, "k3y/with+odd"u8);

        Assert.Equal("*** ***", _redactor.Redact($"{Secret} k3y/with+odd"));
    }

    [Fact]
    public void A_secret_that_is_registered_no_more_is_not_replaced_and_not_kept()
    {
        _registration.Dispose();

        Assert.Equal(Secret, _redactor.Redact(Secret));
    }

    [Fact]
    public void A_text_too_short_for_a_secret_can_not_be_registered() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SecretRegistration(_redactor, "short"u8));
}
