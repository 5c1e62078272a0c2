using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Support;

namespace OrleansHybrid.Launcher.Tests.Secrets;

public sealed partial class SecretFileTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Mounted = UnixFileMode.UserRead | UnixFileMode.GroupRead;

    private readonly ApiKeyFile _file = new("open sesame\n");

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData("open sesame", "open sesame")]
    [InlineData("open sesame\n", "open sesame")]
    [InlineData("open sesame\r\n", "open sesame")]
    [InlineData("open sesame\n\n", "open sesame\n")]
    [InlineData(" open\nsesame ", " open\nsesame ")]
    [InlineData("\ufeffopen sesame\n", "open sesame")]
    public void One_newline_at_the_end_is_not_part_of_the_secret(string content, string secret)
    {
        _file.Write(content);

        Assert.Equal(secret, Read());
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void A_file_that_others_may_touch_is_rejected(UnixFileMode bit)
    {
        _file.Write("open sesame", Owner | bit);

        Assert.Contains("chmod 600", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Bits_that_the_operator_accepts_are_accepted_and_no_others()
    {
        _file.Write("open sesame", Mounted);
        Assert.Equal("open sesame", Read(UnixFileMode.GroupRead));

        _file.Write("open sesame", Mounted | UnixFileMode.OtherRead);
        Assert.Contains("OtherRead", Refused(UnixFileMode.GroupRead), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_counts_as_what_it_leads_to()
    {
        File.CreateSymbolicLink(_file.In("link"), _file.Path);
        Assert.Equal("open sesame", Read(path: _file.In("link")));

        _file.Write("open sesame", Owner | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", Refused(path: _file.In("link")), StringComparison.Ordinal);

        File.Delete(_file.Path);
        Assert.Contains("is not there", Refused(path: _file.In("link")), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_pipe_is_rejected_and_not_waited_for()
    {
        using var making = Process.Start("mkfifo", ["-m", "600", _file.In("pipe")])!;
        await making.WaitForExitAsync();

        var refused = await Task.Run(() => Refused(path: _file.In("pipe")));

        Assert.Contains("not a regular file", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_rejected()
    {
        Directory.CreateDirectory(_file.In("folder"), Owner | UnixFileMode.UserExecute);

        Assert.Contains("not a regular file", Refused(path: _file.In("folder")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_may_have_4096_bytes()
    {
        _file.Write(new string('x', 4096) + '\n');

        Assert.Equal(4096, Read().Length);
    }

    [Theory]
    [InlineData(4097)]
    [InlineData(1 << 20)]
    public void A_larger_file_is_rejected(int length)
    {
        _file.Write(new string('x', length) + '\n');

        Assert.Contains("more than 4096 bytes", Refused(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public void An_empty_file_is_rejected(string content)
    {
        _file.Write(content);

        Assert.Contains("is empty", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rejection_says_nothing_of_the_content()
    {
        _file.Write("open sesame", Owner | UnixFileMode.OtherRead);

        Assert.DoesNotContain("sesame", Refused(), StringComparison.Ordinal);
    }

    [RootFact]
    public void A_file_of_somebody_else_is_rejected()
    {
        Assert.Equal(0, ChangeOwner(_file.Path, 65534, 65534));

        Assert.Contains("belongs neither", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_is_taken_out_of_the_environment_when_it_is_read()
    {
        const string name = "HYBRID_TEST_SECRET_VARIABLE";
        Environment.SetEnvironmentVariable(name, "open sesame");

        using var secret = SecretVariable.Take(name);

        Assert.Equal("open sesame"u8, secret!.Span);
        Assert.Null(Environment.GetEnvironmentVariable(name));
        Assert.Null(SecretVariable.Take(name));
    }

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    private string Read(UnixFileMode accepted = UnixFileMode.None, string? path = null)
    {
        using var content = SecretFile.Read(path ?? _file.Path, accepted).Content;
        return Encoding.UTF8.GetString(content.Span);
    }

    private string Refused(UnixFileMode accepted = UnixFileMode.None, string? path = null) =>
        Assert.Throws<UnusableSecretException>(() => Read(accepted, path)).Message;
}
