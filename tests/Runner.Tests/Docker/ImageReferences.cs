using Orleans.Hybrid.Runner.Docker;

namespace Orleans.Hybrid.Runner.Tests.Docker;

public sealed class ImageReferences
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("busybox", "busybox", "latest")]
    [InlineData("iron/ruby:2.1", "iron/ruby", "2.1")]
    [InlineData("localhost:5000/a", "localhost:5000/a", "latest")]
    [InlineData("localhost:5000/a:b", "localhost:5000/a", "b")]
    [InlineData("Registry.Test/a__b/c-d.e:V_1.0-rc", "Registry.Test/a__b/c-d.e", "V_1.0-rc")]
    [InlineData("[::1]:5000/a", "[::1]:5000/a", "latest")]
    [InlineData("a@" + Digest, "a", Digest)]
    [InlineData("a:1@" + Digest, "a", Digest)]
    public void A_reference_has_a_name_and_a_version(string text, string name, string version)
    {
        Assert.True(ImageReference.TryParse(text, out var image));
        Assert.Equal((name, version), (image.Name, image.Version));
    }

    [Theory]
    [InlineData("Busybox")]
    [InlineData("-v")]
    [InlineData("--privileged")]
    [InlineData("a:b:c")]
    [InlineData("a:")]
    [InlineData("a@sha256:0123")]
    [InlineData("a b")]
    [InlineData(" a")]
    [InlineData("a\n")]
    [InlineData("a\0")]
    [InlineData("a/../b")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a?x=y")]
    [InlineData("user:secret@registry.test/a")]
    [InlineData("https://registry.test/a")]
    public void Anything_else_is_none(string text) => Assert.False(ImageReference.TryParse(text, out _));

    [Fact]
    public void A_name_has_at_most_255_characters()
    {
        Assert.True(ImageReference.TryParse(new string('a', 255), out _));
        Assert.False(ImageReference.TryParse(new string('a', 256), out _));
        Assert.False(ImageReference.TryParse(new string('a', 100_000), out _));
    }
}
