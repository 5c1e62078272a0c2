using System.Text;
using Microsoft.AspNetCore.Http;
using OrleansHybrid.Launcher.Tests.Policy;
using OrleansHybrid.Silo.Api.Launcher;

namespace OrleansHybrid.Silo.Tests.Api.Launcher;

/// <summary>B10: forms of both kinds are read, and give the same fields.</summary>
public sealed class CallFieldsTests
{
    private const string Parts =
        "--b\r\nContent-Disposition: form-data; name=\"h\"\r\n\r\nabc\r\n"
        + "--b\r\nContent-Disposition: form-data; name=\"s\"; filename=\"a\"\r\nContent-Type: text/plain\r\n\r\nä=&\r\n"
        + "--b\r\nContent-Disposition: form-data; name=h\r\n\r\nsecond\r\n--b--\r\n";

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "h=abc&s=%C3%A4%3D%26&h=second")]
    [InlineData("Application/X-WWW-Form-Urlencoded; charset=utf-8", "h=abc&s=%C3%A4%3D%26&h=second")]
    [InlineData("multipart/form-data; boundary=b", Parts)]
    [InlineData("Multipart/Form-Data; charset=utf-8; boundary=\"b\"", Parts)]
    public void A_form_of_either_kind_has_the_same_fields(string type, string body)
    {
        var fields = CallFields.Of("?q=1", Encoding.UTF8.GetBytes(body), type);

        Assert.Equal(["q", "h", "s"], fields.Names);
        Assert.Equal(("1", "abc", "ä=&", "h"), (fields["q"], fields["h"], fields["s"], fields.Repeated));
    }

    [Fact]
    public void The_query_wins_over_either() =>
        Assert.Equal("query", CallFields.Of("?h=query", Encoding.UTF8.GetBytes(Parts), "multipart/form-data; boundary=b")["h"]);

    [Theory]
    [InlineData("application/json", "{\"h\":1}")]
    [InlineData(null, "h=abc")]
    public void A_body_that_is_no_form_has_no_fields(string? type, string body) =>
        Assert.Empty(CallFields.Of("", Encoding.UTF8.GetBytes(body), type).Names);

    [Theory]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"h\"\r\n\r\nnever ended")]
    [InlineData("multipart/form-data; boundary=b", "no boundary at all")]
    [InlineData("multipart/form-data", "--b--")]
    public void A_broken_form_is_a_bad_request(string type, string body) =>
        Assert.Throws<BadHttpRequestException>(() => CallFields.Of("", Encoding.UTF8.GetBytes(body), type));

    [Fact]
    public void So_is_one_of_more_parts_than_anybody_sends()
    {
        var part = "--b\r\nContent-Disposition: form-data; name=\"h\"\r\n\r\nabc\r\n";
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(part, 65)) + "--b--\r\n");

        Assert.Throws<BadHttpRequestException>(() => CallFields.Of("", body, "multipart/form-data; boundary=b"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(PolicyFolder.Secret, 202)]
    [InlineData("wrong", 403)]
    public async Task B10_a_call_may_come_as_a_form_with_parts(string secret, int status)
    {
        await using var server = await LauncherServerFixture.StartAsync();
        using var form = new MultipartFormDataContent { { new StringContent("abc123"), "h" }, { new StringContent(secret), "s" } };

        using var answer = await server.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/run")
        {
            Content = form,
            Headers = { { "Accept", "application/json" } },
        });

        Assert.Equal(status, (int)answer.StatusCode);
    }
}
